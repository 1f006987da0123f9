import { relative } from 'node:path';
import { type Clock, systemClock } from '../workflows/clock.js';
import type { Terminal } from './progress-line.js';

/** Everything that a command may know of the process it runs in. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly width: number;
  readonly color: boolean;
  /** Somebody sits at both ends, and can be asked. */
  readonly interactive: boolean;
  readonly stderr: Terminal;
  stdout(text: string): void;
  /** Everything that comes in on standard input. */
  stdin(): Promise<string>;
  /** What somebody answers at the terminal. */
  ask(question: string): Promise<string>;
  /** A path as people write it: relative when that is shorter. */
  shorten(path: string): string;
}

const usualWidth = 100;

export function processSurroundings(signal: AbortSignal): Surroundings {
  const { env, stdout, stderr } = process;
  const cwd = process.cwd();
  return {
    cwd,
    env,
    clock: systemClock,
    signal,
    width: stdout.columns ?? usualWidth,
    color: stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    interactive: process.stdin.isTTY && stdout.isTTY && (env['CI'] ?? '') === '',
    stderr: {
      isTty: stderr.isTTY && (env['CI'] ?? '') === '' && env['TERM'] !== 'dumb',
      width: stderr.columns ?? usualWidth,
      write: (text) => {
        stderr.write(text);
      },
    },
    stdout: (text) => {
      stdout.write(text);
    },
    stdin: async () => (await import('node:stream/consumers')).text(process.stdin),
    ask: async (question) => {
      const { createInterface } = await import('node:readline/promises');
      const terminal = createInterface({ input: process.stdin, output: stdout });
      try {
        return await terminal.question(question, { signal });
      } finally {
        terminal.close();
      }
    },
    shorten: (path) => {
      const short = relative(cwd, path);
      return short.startsWith('..') ? path : short;
    },
  };
}
