import type { Severity } from '../model/rehearsal.js';
import { rehearse } from '../workflows/rehearse.js';
import { exitCodeOfRehearsal } from './exit-code.js';
import { openProgressLine } from './progress-line.js';
import { formatOfFile, type ReportFormat } from './report-format.js';
import { requestOf, type StageFlags } from './selection-flags.js';
import type { Surroundings } from './surroundings.js';
import { usualTraffic } from './usual-traffic.js';

/** The options of `rehearse`, as they were parsed. */
export interface RehearseFlags extends StageFlags {
  readonly rows?: number;
  readonly traffic?: number | true;
  readonly standby?: boolean;
  readonly role?: string;
  readonly twice?: boolean;
  readonly exec?: string;
  readonly format?: ReportFormat;
  readonly output?: string;
  readonly failOn: Severity;
  readonly verbose?: boolean;
}

/** Rehearses, shows the report, and returns the exit code. Throws ChangeSafetyError. */
export async function runRehearse(
  paths: readonly string[],
  flags: RehearseFlags,
  around: Surroundings,
): Promise<number> {
  const { rehearsal, recordPath } = await tryChange(paths, flags, around);
  const { output } = flags;
  const format = flags.format ?? (output === undefined ? 'text' : formatOfFile(output));
  const look = { width: around.width, color: around.color && output === undefined, verbose: flags.verbose ?? false };
  const { renderReport, writeReportFile } = await import('./write-report.js');
  const text = await renderReport(rehearsal, format, look);
  if (output === undefined) around.stdout(text);
  else {
    await writeReportFile(output, text);
    around.stdout(await renderReport(rehearsal, 'text', { ...look, color: around.color }));
    around.stderr.write(`Report written to ${output}\n`);
  }
  around.stderr.write(`Record written to ${around.shorten(recordPath)}\n`);
  return exitCodeOfRehearsal(rehearsal, flags.failOn);
}

async function tryChange(paths: readonly string[], flags: RehearseFlags, around: Surroundings) {
  using progress = openProgressLine(around.stderr);
  return await rehearse({
    ...requestOf(paths, flags, { around, onProgress: progress.report }),
    stage: {
      url: flags.stageUrl ?? null,
      standby: flags.standby ?? false,
      rows: flags.rows ?? null,
      role: flags.role ?? null,
    },
    trafficPerSecond: flags.traffic === true ? usualTraffic : (flags.traffic ?? null),
    twice: flags.twice ?? false,
    exec: flags.exec ?? null,
  });
}
