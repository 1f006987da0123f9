import type { RollbackAction, RollbackReport } from '../model/rollback-report.js';
import { prepareRollbacks } from '../workflows/rollback.js';
import { exitCodes } from './exit-code.js';
import { openProgressLine } from './progress-line.js';
import type { RollbackFormat } from './rollback-format.js';
import { requestOf, type StageFlags } from './selection-flags.js';
import type { Surroundings } from './surroundings.js';

/** The options of `rollback generate` and `rollback prove`, as they were parsed. */
export interface RollbackFlags extends StageFlags {
  readonly rows: number;
  /** Seconds. */
  readonly timeLimit: number;
  readonly keepDays?: number;
  readonly dryRun?: boolean;
  readonly output?: string;
  readonly fillEmpty?: boolean;
  readonly with?: string;
  readonly format: RollbackFormat;
  readonly verbose?: boolean;
}

/** Generates or proves, shows the report, and returns the exit code. Throws ChangeSafetyError. */
export async function runRollback(
  action: RollbackAction,
  { paths, flags }: { readonly paths: readonly string[]; readonly flags: RollbackFlags },
  around: Surroundings,
): Promise<number> {
  const report = await prepare(action, { paths, flags }, around);
  around.stdout(await render(report, flags, around));
  return exitCodeOfRollback(report);
}

/** What was proved, or is declared to have no way back, is well; what was not tried is not. */
function exitCodeOfRollback({ migrations, inconclusive }: RollbackReport): number {
  const isWell = migrations.every(({ verdict, story }) => verdict === 'restored' || story.declared !== null);
  return isWell && inconclusive.length === 0 ? exitCodes.ok : exitCodes.findings;
}

async function render(report: RollbackReport, flags: RollbackFlags, { width, color }: Surroundings): Promise<string> {
  if (flags.format === 'json') return (await import('../report/json.js')).renderJson(report);
  const { renderRollbackTerminal } = await import('../report/rollback/terminal.js');
  return renderRollbackTerminal(report, { width, color, verbose: flags.verbose ?? false });
}

async function prepare(
  action: RollbackAction,
  { paths, flags }: { readonly paths: readonly string[]; readonly flags: RollbackFlags },
  around: Surroundings,
): Promise<RollbackReport> {
  using progress = openProgressLine(around.stderr);
  return await prepareRollbacks({
    action,
    ...requestOf(paths, flags, { around, onProgress: progress.report }),
    stageUrl: flags.stageUrl ?? null,
    rowsPerTable: flags.rows,
    keepDays: flags.keepDays,
    command: flags.with ?? null,
    timeLimitMs: flags.timeLimit * 1000,
    failFast: false,
    files: {
      dryRun: flags.dryRun ?? false,
      outputDir: flags.output ?? null,
      fillEmpty: flags.fillEmpty ?? false,
    },
  });
}
