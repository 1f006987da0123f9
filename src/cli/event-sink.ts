import { closeSync, openSync, writeSync } from 'node:fs';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { RunEvent } from '../model/apply-run.js';
import { eventLine } from '../report/apply/event-line.js';
import { openLiveScreen } from './live-screen.js';
import type { Surroundings } from './surroundings.js';

export interface EventSink extends Disposable {
  readonly take: (event: RunEvent) => void;
}

/** Shows events as they come, on a screen or as lines, and writes them as JSON lines where a file is named. */
export function openEventSink(file: string | null, around: Surroundings): EventSink {
  const lines = file === null ? null : openJsonLines<RunEvent>(file, around);
  const shown = around.stderr.isTty ? openLiveScreen(around) : openLog(around, file === '-');
  return {
    take: (event) => {
      lines?.take(event);
      shown.take(event);
    },
    [Symbol.dispose]: () => {
      shown[Symbol.dispose]();
      lines?.[Symbol.dispose]();
    },
  };
}

/** What decides where events and the report go. */
interface SinkFlags {
  readonly events?: string;
  readonly format?: string;
  readonly output?: string;
}

/** @throws ChangeSafetyError `usage` where both would be JSON in one stream. */
export function refuseTwoOnStdout({ events, format, output }: SinkFlags): void {
  if (events !== '-' || format !== 'json' || output !== undefined) return;
  throw new ChangeSafetyError({
    code: 'usage',
    message: 'Events and the report cannot both be JSON on standard output.',
    remedy: 'Write one of them to a file: --events FILE, or --output FILE.',
    effect: 'none',
  });
}

/** Locks are looked at many times a second; a log hears of them now and then. */
const locksEveryMs = 2_000;

function openLog({ stderr, clock }: Surroundings, quiet: boolean): EventSink {
  let toldOfLocksAt = Number.NEGATIVE_INFINITY;
  const take = (event: RunEvent): void => {
    const line = eventLine(event);
    if (line === null || quiet) return;
    if (event.kind === 'locks') {
      if (clock.now() - toldOfLocksAt < locksEveryMs) return;
      toldOfLocksAt = clock.now();
    }
    stderr.write(`${line}\n`);
  };
  return { take, [Symbol.dispose]: () => undefined };
}

/** Where events of some kind go as JSON lines. */
export interface JsonLines<Event> extends Disposable {
  readonly take: (event: Event) => void;
}

/** Written at once, one event a line, so that nothing is missing when the process is killed. */
export function openJsonLines<Event>(file: string, around: Surroundings): JsonLines<Event> {
  if (file === '-') {
    return { take: (event) => around.stdout(`${JSON.stringify(event)}\n`), [Symbol.dispose]: () => undefined };
  }
  const descriptor = openFile(file);
  let failed = false;
  return {
    take: (event) => {
      if (failed) return;
      try {
        writeSync(descriptor, `${JSON.stringify(event)}\n`);
      } catch (cause) {
        // A full disk here is no reason to end a change there in the middle of something.
        failed = true;
        around.stderr.write(`No more events are written to ${file}: ${wordsOf(cause)}\n`);
      }
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

/** Readable by its owner only: statements can hold data. */
function openFile(file: string): number {
  try {
    return openSync(file, 'w', 0o600);
  } catch (cause) {
    throw new ChangeSafetyError({
      code: 'output-failed',
      message: `Events could not be written to ${file}: ${wordsOf(cause)}`,
      remedy: 'Check the folder of --events and the space on its disk.',
      effect: 'none',
      cause,
    });
  }
}

function wordsOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
