import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { LocksReport } from '../model/locks-report.js';
import { momentInWords, verdictInWords } from '../report/locks/locks-summary.js';
import { renderLocksTerminal } from '../report/locks/terminal.js';
import { type LocksRequest, type LocksWatch, openLocksWatch } from '../workflows/locks.js';
import { exitCodes } from './exit-code.js';
import { openScreen, type Screen } from './screen.js';
import type { Surroundings } from './surroundings.js';

export interface WatchOptions {
  readonly format: 'text' | 'json';
  readonly verbose: boolean;
  readonly everyMs: number;
}

/**
 * Looks again and again until it is interrupted: on a terminal a screen that is drawn anew, elsewhere lines. A lost
 * connection is told, and tried again. Returns an exit code, for the case that whoever reads goes away.
 */
export async function watchLocks(request: LocksRequest, options: WatchOptions, around: Surroundings): Promise<number> {
  const { signal, clock } = around;
  let watch: LocksWatch | null = await openLocksWatch(request);
  using screen = options.format === 'text' ? openScreen(around) : null;
  let blocked = 0;
  try {
    while (!signal.aborted && !around.readerIsGone()) {
      try {
        watch ??= await openLocksWatch(request);
        const report = await watch.look();
        blocked = report.blocked;
        show(report, options, { around, screen });
      } catch (error) {
        if (!(error instanceof ChangeSafetyError) && watch?.closed !== true) throw error;
        await watch?.[Symbol.asyncDispose]();
        watch = null;
        tell(`${clock.date().toISOString()} The server cannot be asked: ${messageOf(error)} Trying again.`, {
          around,
          screen,
        });
      }
      await clock.sleep(options.everyMs, signal).catch(() => undefined);
    }
  } finally {
    await watch?.[Symbol.asyncDispose]();
  }
  return blocked === 0 ? exitCodes.ok : exitCodes.findings;
}

interface Output {
  readonly around: Surroundings;
  readonly screen: Screen | null;
}

function show(report: LocksReport, { format, verbose, everyMs }: WatchOptions, { around, screen }: Output): void {
  if (format === 'json') around.stdout(`${JSON.stringify(report)}\n`);
  else if (screen === null) around.stdout(`${momentInWords(report)}\n`);
  else {
    const text = renderLocksTerminal(report, { width: screen.width(), color: around.color, verbose });
    screen.draw(text, `${verdictInWords(report)} · every ${everyMs / 1000} s · Ctrl-C ends`);
  }
}

function tell(text: string, { around, screen }: Output): void {
  if (screen === null) around.stderr.write(`${text}\n`);
  else screen.draw(`${text}\n`, 'Ctrl-C ends');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
