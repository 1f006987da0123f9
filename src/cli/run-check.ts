import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { CheckReport } from '../model/check.js';
import type { Severity } from '../model/rehearsal.js';
import { check } from '../workflows/check.js';
import { type CheckFormat, checkFormatOfFile } from './check-format.js';
import { exitCodes, severities } from './exit-code.js';
import { openProgressLine } from './progress-line.js';
import { configFlagsOf, selectionOf, type SelectionFlags } from './selection-flags.js';
import type { Surroundings } from './surroundings.js';

/** The options of `check`, as they were parsed. */
export interface CheckFlags extends SelectionFlags {
  readonly shadow?: boolean;
  readonly style?: boolean;
  readonly baseline?: string;
  readonly writeBaseline?: boolean;
  readonly format?: CheckFormat;
  readonly output?: string;
  readonly failOn: Severity;
  readonly verbose?: boolean;
}

/** Judges, shows the report, and returns the exit code. Throws ChangeSafetyError. */
export async function runCheck(paths: readonly string[], flags: CheckFlags, around: Surroundings): Promise<number> {
  // A thousand files are judged in less time than the optimising compiler takes for that. It comes in later.
  setFlagsFromString('--interrupt-budget=10000000');
  // Most of what is allocated stays until the end: larger nurseries take memory, and save no time.
  setFlagsFromString('--semi-space-growth-factor=1');
  // So small a heap is collected sooner than other threads wake up to help, or than many small steps are made.
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--no-incremental-marking');
  const report = await judgeChange(paths, flags, around);
  const { output } = flags;
  const format = flags.format ?? (output === undefined ? 'text' : checkFormatOfFile(output));
  const look = { width: around.width, color: around.color && output === undefined, verbose: flags.verbose ?? false };
  const { renderCheckPieces, renderCheckReport } = await import('./write-check-report.js');
  if (output === undefined) {
    for (const piece of await renderCheckPieces(report, format, look)) {
      around.stdout(piece);
      // A pipe keeps what was written until the event loop turns.
      await setImmediate();
    }
  } else {
    const { writeReportFile } = await import('./write-report.js');
    await writeReportFile(output, await renderCheckReport(report, format, look));
    around.stdout(await renderCheckReport(report, 'text', { ...look, color: around.color }));
    around.stderr.write(`Report written to ${output}\n`);
  }
  if (flags.writeBaseline === true) {
    around.stderr.write(`All findings are accepted in ${flags.baseline ?? ''}\n`);
    return exitCodes.ok;
  }
  return exitCodeOfCheck(report, flags.failOn);
}

async function judgeChange(paths: readonly string[], flags: CheckFlags, around: Surroundings): Promise<CheckReport> {
  using progress = openProgressLine(around.stderr);
  const { cwd, env, signal } = around;
  if (flags.writeBaseline === true && flags.baseline === undefined) {
    throw new ChangeSafetyError({
      code: 'usage',
      message: '--write-baseline needs --baseline.',
      remedy: 'Name the file that is to be written: --baseline FILE --write-baseline.',
      effect: 'none',
    });
  }
  const fromStdin = paths.length === 1 && paths[0] === '-';
  return await check({
    cwd,
    env,
    signal,
    onProgress: progress.report,
    configPath: flags.config,
    flags: configFlagsOf(flags),
    selection: selectionOf(paths, flags),
    sql: fromStdin ? await around.stdin() : null,
    schema: {
      kind: flags.shadow === undefined ? 'auto' : flags.shadow ? 'shadow' : 'text',
      database: flags.database ?? null,
      target: flags.target ?? null,
    },
    style: flags.style ?? false,
    baseline: flags.baseline === undefined ? null : { path: flags.baseline, write: flags.writeBaseline ?? false },
  });
}

function exitCodeOfCheck({ totals }: CheckReport, failOn: Severity): number {
  const reached = severities.slice(severities.indexOf(failOn)).some((severity) => totals[severity] > 0);
  return reached ? exitCodes.findings : exitCodes.ok;
}
