import type { PreflightReport } from '../model/preflight.js';
import { preflight } from '../workflows/preflight.js';
import { changeOf, type WantedFlags, wantedOf } from './change-flags.js';
import { exitCodes } from './exit-code.js';
import { openProgressLine } from './progress-line.js';
import type { Surroundings } from './surroundings.js';
import { renderPreflightReport, writeChangeReport } from './write-apply-report.js';

/** Asks the gates, shows the report, and returns the exit code: 1 when one is closed. Throws ChangeSafetyError. */
export async function runPreflight(
  paths: readonly string[],
  flags: WantedFlags,
  around: Surroundings,
): Promise<number> {
  const report = await askGates(paths, flags, around);
  await writeChangeReport((format, look) => renderPreflightReport(report, format, look), {
    flags,
    around,
    write: around.stdout,
  });
  return report.verdict === 'block' ? exitCodes.findings : exitCodes.ok;
}

async function askGates(paths: readonly string[], flags: WantedFlags, around: Surroundings): Promise<PreflightReport> {
  using progress = openProgressLine(around.stderr);
  const change = changeOf(paths, flags, { around, onProgress: progress.report });
  return await preflight({ ...change, ...wantedOf(flags), onEvent: () => undefined });
}
