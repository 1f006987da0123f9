import type { ValidationReport } from '../model/validation-report.js';
import type { WatchEvent, WatchReport } from '../model/watch-report.js';
import { watchEventLine } from '../report/watch/event-line.js';
import { advanceScreen, emptyScreen, renderScreen } from '../report/watch/live-screen.js';
import { validate } from '../workflows/validate.js';
import { watch } from '../workflows/watch.js';
import { type ApplyFormat } from './apply-format.js';
import { openJsonLines, refuseTwoOnStdout } from './event-sink.js';
import { exitCodes } from './exit-code.js';
import { openLiveBlock } from './live-block.js';
import { openProgressLine } from './progress-line.js';
import type { Surroundings } from './surroundings.js';
import { type TargetFlags, verbRequestOf } from './target-flags.js';
import { writeChangeReport } from './write-apply-report.js';
import type { ReportLook } from './write-report.js';

/** The options of both verbs, as they were parsed. */
export interface ValidateFlags extends Omit<TargetFlags, 'format'> {
  readonly run?: string;
  readonly format?: ApplyFormat;
  readonly output?: string;
  readonly verbose?: boolean;
}

export interface WatchFlags extends ValidateFlags {
  /** Milliseconds. */
  readonly for: number;
  readonly autoRollback?: boolean;
  readonly events?: string;
}

/** Validates, shows the report, and returns the exit code. Throws ChangeSafetyError. */
export async function runValidate(flags: ValidateFlags, around: Surroundings): Promise<number> {
  const { report, recordPath } = await validateNow(flags, around);
  await show(report, renderValidation, { flags, around, recordPath, write: around.stdout });
  return report.verdict === 'passed' ? exitCodes.ok : exitCodes.findings;
}

async function validateNow(flags: ValidateFlags, around: Surroundings) {
  using progress = openProgressLine(around.stderr);
  const request = verbRequestOf({ ...flags, format: 'text' }, around);
  return await validate({ ...request, onProgress: progress.report, runId: flags.run ?? null });
}

/** Watches, shows the report, and returns the exit code. Throws ChangeSafetyError for what keeps it from beginning. */
export async function runWatch(flags: WatchFlags, around: Surroundings): Promise<number> {
  refuseTwoOnStdout(flags);
  const { report, recordPath } = await follow(flags, around);
  const write = flags.events === '-' ? around.stderr.write : around.stdout;
  await show(report, renderWatch, { flags, around, recordPath, write });
  return exitCodeOfWatch(report);
}

/** 4: what was begun did not lead back, and a person has to decide. */
export function exitCodeOfWatch({ decision, automatic }: Pick<WatchReport, 'decision' | 'automatic'>): number {
  if (automatic?.outcome === 'handed over') return exitCodes.operator;
  return decision.verdict === 'continue' ? exitCodes.ok : exitCodes.findings;
}

async function follow(flags: WatchFlags, around: Surroundings) {
  using lines = flags.events === undefined ? null : openJsonLines<WatchEvent>(flags.events, around);
  using shown = around.stderr.isTty ? openScreen(around) : openLog(around, flags.events === '-');
  const request = verbRequestOf({ ...flags, format: 'text' }, around);
  const onEvent = (event: WatchEvent): void => {
    lines?.take(event);
    shown.take(event);
  };
  const { for: forMs, run: runId = null, autoRollback = false } = flags;
  return await watch({ ...request, forMs, runId, autoRollback, onEvent });
}

interface WatchSink extends Disposable {
  readonly take: (event: WatchEvent) => void;
}

function openScreen(around: Surroundings): WatchSink {
  let screen = emptyScreen;
  const block = openLiveBlock(around, (size) => renderScreen(screen, size));
  return {
    take: (event) => {
      screen = advanceScreen(screen, event);
    },
    [Symbol.dispose]: () => block[Symbol.dispose](),
  };
}

/** A log hears of samples now and then, of all else at once. */
const samplesEveryMs = 60_000;

function openLog({ stderr, clock }: Surroundings, quiet: boolean): WatchSink {
  let toldAt = Number.NEGATIVE_INFINITY;
  const take = (event: WatchEvent): void => {
    if (quiet) return;
    if (event.kind === 'sample') {
      if (clock.now() - toldAt < samplesEveryMs) return;
      toldAt = clock.now();
    }
    stderr.write(`${watchEventLine(event)}\n`);
  };
  return { take, [Symbol.dispose]: () => undefined };
}

interface Shown {
  readonly flags: ValidateFlags;
  readonly around: Surroundings;
  readonly recordPath: string;
  readonly write: (text: string) => void;
}

type Render<Report> = (report: Report, format: ApplyFormat, look: ReportLook) => Promise<string>;

async function show<Report>(report: Report, render: Render<Report>, shown: Shown): Promise<void> {
  const { flags, around, recordPath, write } = shown;
  await writeChangeReport((format, look) => render(report, format, look), { flags, around, write });
  around.stderr.write(`Record written to ${around.shorten(recordPath)}\n`);
}

/** Each renderer is loaded only when it is asked for. */
async function renderValidation(report: ValidationReport, format: ApplyFormat, look: ReportLook): Promise<string> {
  if (format === 'json') return (await import('../report/json.js')).renderJson(report);
  return format === 'markdown'
    ? (await import('../report/validation/markdown.js')).renderValidationMarkdown(report)
    : (await import('../report/validation/terminal.js')).renderValidationTerminal(report, look);
}

async function renderWatch(report: WatchReport, format: ApplyFormat, look: ReportLook): Promise<string> {
  if (format === 'json') return (await import('../report/json.js')).renderJson(report);
  return format === 'markdown'
    ? (await import('../report/watch/markdown.js')).renderWatchMarkdown(report)
    : (await import('../report/watch/terminal.js')).renderWatchTerminal(report, look);
}
