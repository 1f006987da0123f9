import { fallsShort } from '../model/rollback-proof.js';
import type { TestedRollbacks, TestReport } from '../model/test-report.js';
import { testRollbacks } from '../workflows/test-rollbacks.js';
import { exitCodes } from './exit-code.js';
import { openProgressLine } from './progress-line.js';
import { requestOf, type StageFlags } from './selection-flags.js';
import type { Surroundings } from './surroundings.js';
import { type TestFormat, testFormatOfFile } from './test-format.js';

/** The options of `test`, as they were parsed. */
export interface TestFlags extends StageFlags {
  readonly rollbacks: TestedRollbacks;
  readonly rows?: number;
  readonly with?: string;
  /** Seconds. */
  readonly timeLimit: number;
  readonly failFast?: boolean;
  readonly requireRollbacks?: boolean;
  readonly writes?: boolean;
  readonly format?: TestFormat;
  readonly output?: string;
  readonly verbose?: boolean;
}

/** Tests, shows the report, and returns the exit code. Throws ChangeSafetyError. */
export async function runTest(paths: readonly string[], flags: TestFlags, around: Surroundings): Promise<number> {
  const report = await tryRollbacks(paths, flags, around);
  const { output } = flags;
  const format = flags.format ?? (output === undefined ? 'text' : testFormatOfFile(output));
  const look = { width: around.width, color: around.color && output === undefined, verbose: flags.verbose ?? false };
  const { renderTestReport } = await import('./write-test-report.js');
  const text = await renderTestReport(report, format, look);
  if (output === undefined) around.stdout(text);
  else {
    const { writeReportFile } = await import('./write-report.js');
    await writeReportFile(output, text);
    around.stdout(await renderTestReport(report, 'text', { ...look, color: around.color }));
    around.stderr.write(`Report written to ${output}\n`);
  }
  return exitCodeOfTest(report);
}

/** Everything has to be restored, or declared to have no way back; what was not tried is neither. */
function exitCodeOfTest({ migrations, inconclusive, requireRollbacks }: TestReport): number {
  const isWell = inconclusive.length === 0 && !migrations.some((proof) => fallsShort(proof, requireRollbacks));
  return isWell ? exitCodes.ok : exitCodes.findings;
}

async function tryRollbacks(paths: readonly string[], flags: TestFlags, around: Surroundings): Promise<TestReport> {
  using progress = openProgressLine(around.stderr);
  return await testRollbacks({
    ...requestOf(paths, flags, { around, onProgress: progress.report }),
    stageUrl: flags.stageUrl ?? null,
    rollbacks: flags.rollbacks,
    rowsPerTable: flags.rows ?? null,
    command: flags.with ?? null,
    timeLimitMs: flags.timeLimit * 1000,
    failFast: flags.failFast ?? false,
    record: true,
    requireRollbacks: flags.requireRollbacks ?? false,
    writes: flags.writes ?? false,
  });
}
