import { runRollback } from '../workflows/rollback-run.js';
import { changeOf } from './change-flags.js';
import { openEventSink } from './event-sink.js';
import { exitCodeOfRun, exitCodes } from './exit-code.js';
import type { RunFlags } from './run-apply.js';
import type { Surroundings } from './surroundings.js';
import { renderApplyReport, writeChangeReport } from './write-apply-report.js';

/** The options of `rollback run`, as they were parsed. */
export interface RollbackRunFlags extends RunFlags {
  readonly script?: string;
  readonly forceOrder?: boolean;
  readonly dryRun?: boolean;
  readonly gates: boolean;
}

/** Takes a migration back, shows the report, and returns the exit code: 1 when the structure is not as proved. */
export async function runRollbackRun(id: string, flags: RollbackRunFlags, around: Surroundings): Promise<number> {
  using sink = openEventSink(flags.events ?? null, around);
  const onProgress: Parameters<typeof runRollback>[0]['onProgress'] = (progress) => {
    if (progress.kind !== 'phase') return;
    sink.take({ kind: 'phase', text: progress.text, at: around.clock.date().toISOString() });
  };
  const result = await runRollback({
    ...changeOf([], flags, { around, onProgress }),
    onEvent: sink.take,
    id,
    script: flags.script ?? null,
    forceOrder: flags.forceOrder ?? false,
    dryRun: flags.dryRun ?? false,
    gates: flags.gates,
  });
  const { report, recordPath, script, success } = result;
  if (script === null || flags.format === 'json') {
    const write = around.stdout;
    await writeChangeReport((format, look) => renderApplyReport(report, format, look), { flags, around, write });
  } else around.stdout(script);
  if (recordPath !== null) around.stderr.write(`Record written to ${around.shorten(recordPath)}\n`);
  return success === 'differs' || success === 'unread' ? exitCodes.operator : exitCodeOfRun(report);
}
