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
  readonly stdout: (text: string) => void;
  /** Whoever read standard output has gone, as `| head` does: what is written is lost. */
  readerIsGone(): boolean;
  /** How large the terminal is that standard output leads to, now; null when it leads elsewhere, or cannot be drawn on. */
  terminalSize(): { readonly columns: number; readonly rows: number } | null;
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
    stderr: terminalOf(stderr, env),
    stdout: (text) => {
      stdout.write(text);
    },
    readerIsGone: watchForReader(stdout),
    terminalSize: () => sizeOf(stdout, env),
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

function terminalOf(stderr: NodeJS.WriteStream, env: Surroundings['env']): Terminal {
  return {
    isTty: stderr.isTTY && (env['CI'] ?? '') === '' && env['TERM'] !== 'dumb',
    color: stderr.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    // Somebody may pull at the window.
    get width() {
      return stderr.columns || usualWidth;
    },
    get height() {
      return stderr.rows || 24;
    },
    write: (text) => {
      stderr.write(text);
    },
  };
}

/** A pipe that nobody reads any more is no reason to end in the middle of something. */
function watchForReader(stdout: NodeJS.WriteStream): () => boolean {
  let isGone = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isGone = true;
  });
  return () => isGone;
}

function sizeOf(
  { isTTY, columns, rows }: NodeJS.WriteStream,
  env: Surroundings['env'],
): ReturnType<Surroundings['terminalSize']> {
  if (!isTTY || env['TERM'] === 'dumb' || (env['CI'] ?? '') !== '') return null;
  return { columns: columns || usualWidth, rows: rows || 24 };
}
