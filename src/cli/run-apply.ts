import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { RunEvent } from '../model/apply-run.js';
import { applyCommand } from '../workflows/apply-command.js';
import { apply, type ApplyResult } from '../workflows/apply.js';
import type { OnProgress } from '../workflows/progress.js';
import { readTenants } from '../workflows/read-tenants.js';
import { resume } from '../workflows/resume.js';
import { type ChangeFlags, changeOf, type WantedFlags, wantedOf } from './change-flags.js';
import { openEventSink, refuseTwoOnStdout } from './event-sink.js';
import { exitCodeOfRun } from './exit-code.js';
import { runTenants } from './run-tenants.js';
import type { Surroundings } from './surroundings.js';
import { renderApplyReport, writeChangeReport } from './write-apply-report.js';

/** The options of `resume`, as they were parsed. */
export interface RunFlags extends ChangeFlags {
  readonly events?: string;
  readonly validate: boolean;
}

/** The options of `apply`, as they were parsed. */
export interface ApplyFlags extends RunFlags, WantedFlags {
  readonly dryRun?: boolean;
  readonly gates: boolean;
  readonly exec?: string;
}

/** Applies, shows the report, and returns the exit code. Throws ChangeSafetyError for what keeps it from beginning. */
export async function runApply(paths: readonly string[], flags: ApplyFlags, around: Surroundings): Promise<number> {
  refuseTwoOnStdout(flags);
  if (flags.exec !== undefined) return runCommand(paths, { ...flags, exec: flags.exec }, around);
  const tenants = await readTenants(changeOf(paths, flags, { around, onProgress: () => undefined }));
  if (tenants === null) return applyOne(paths, flags, around);
  return runTenants(tenants, { flags, around }, (target) => applyOne(paths, { ...flags, target }, around));
}

async function applyOne(paths: readonly string[], flags: ApplyFlags, around: Surroundings): Promise<number> {
  const result = await watched(flags, around, (watch) =>
    apply({
      ...changeOf(paths, flags, { around, onProgress: watch.onProgress }),
      ...wantedOf(flags),
      onEvent: watch.onEvent,
      dryRun: flags.dryRun ?? false,
      gates: flags.gates,
      validate: flags.validate,
    }),
  );
  return result.script === null ? showRun(result, flags, around) : showScript(result, result.script, { flags, around });
}

/** The command chooses by itself what it applies, so nothing else may. */
async function runCommand(
  paths: readonly string[],
  flags: ApplyFlags & { readonly exec: string },
  around: Surroundings,
): Promise<number> {
  const { until, only } = wantedOf(flags);
  if (flags.dryRun === true || until !== null || only.length > 0) {
    throw new ChangeSafetyError({
      code: 'usage',
      message: 'A command of --exec chooses by itself what it applies.',
      remedy: 'Leave out --dry-run, --until and --only, or --exec.',
      effect: 'none',
    });
  }
  const result = await watched(flags, around, (watch) =>
    applyCommand({
      ...changeOf(paths, flags, { around, onProgress: watch.onProgress }),
      onEvent: watch.onEvent,
      exec: flags.exec,
      validate: flags.validate,
    }),
  );
  return showRun(result, flags, around);
}

/** Finishes a broken run, shows the report, and returns the exit code. Throws ChangeSafetyError. */
export async function runResume(paths: readonly string[], flags: RunFlags, around: Surroundings): Promise<number> {
  refuseTwoOnStdout(flags);
  const result = await watched(flags, around, (watch) =>
    resume({
      ...changeOf(paths, flags, { around, onProgress: watch.onProgress }),
      onEvent: watch.onEvent,
      validate: flags.validate,
    }),
  );
  return showRun(result, flags, around);
}

interface Watch {
  readonly onProgress: OnProgress;
  readonly onEvent: (event: RunEvent) => void;
}

async function watched(
  { events }: RunFlags,
  around: Surroundings,
  run: (watch: Watch) => Promise<ApplyResult>,
): Promise<ApplyResult> {
  using sink = openEventSink(events ?? null, around);
  const onProgress: OnProgress = (progress) => {
    if (progress.kind === 'output') around.stderr.write(progress.text);
    if (progress.kind === 'phase')
      sink.take({ kind: 'phase', text: progress.text, at: around.clock.date().toISOString() });
  };
  return await run({ onProgress, onEvent: sink.take });
}

async function showRun(result: ApplyResult, flags: RunFlags, around: Surroundings): Promise<number> {
  const { report, recordPath } = result;
  // Events have standard output for themselves.
  const write = flags.events === '-' ? around.stderr.write : around.stdout;
  await writeChangeReport((format, look) => renderApplyReport(report, format, look), { flags, around, write });
  if (recordPath !== null) around.stderr.write(`Record written to ${around.shorten(recordPath)}\n`);
  return exitCodeOfRun(report);
}

/** As text a dry run is its script; other formats have the report. */
async function showScript(
  { report }: ApplyResult,
  script: string,
  { flags, around }: { readonly flags: ApplyFlags; readonly around: Surroundings },
): Promise<number> {
  const { format, output } = flags;
  const asScript =
    format === 'text' || (format === undefined && (output === undefined || !/\.(?:json|md|markdown)$/i.test(output)));
  const write = flags.events === '-' ? around.stderr.write : around.stdout;
  if (!asScript) {
    await writeChangeReport((wanted, look) => renderApplyReport(report, wanted, look), { flags, around, write });
  } else if (output === undefined) write(script);
  else {
    const { writeReportFile } = await import('./write-report.js');
    await writeReportFile(output, script);
    around.stderr.write(`Script written to ${around.shorten(output)}\n`);
  }
  around.stderr.write(`${report.state}\n`);
  return exitCodeOfRun(report);
}
