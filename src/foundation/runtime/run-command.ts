import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly uid?: number;
  readonly gid?: number;
  /** After this many milliseconds the command is killed. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** How long an aborted command may take to end in order, before it is killed. Without it, it is killed at once. */
  readonly patienceMs?: number;
  readonly onOutput?: (text: string) => void;
  /** What it reads on standard input; without it, there is none. */
  readonly input?: string;
}

export interface CommandResult {
  /** Null when a signal ended the command or it could not be started at all. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** Why the command could not be started: ENOENT, EACCES… */
  readonly startError: NodeJS.ErrnoException | null;
}

/** Runs a program without a shell and collects its output. Never rejects: the result says how it went. */
export function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { onOutput, timeoutMs, signal, patienceMs, input, ...surroundings } = options;
  return new Promise((resolve) => {
    const output = { stdout: '', stderr: '' };
    let startError: NodeJS.ErrnoException | null = null;
    let timedOut = false;
    const stdin = input === undefined ? 'ignore' : 'pipe';
    const child = spawn(file, args, { ...surroundings, stdio: [stdin, 'pipe', 'pipe'] });
    // Who ends without reading has said so by its exit code.
    child.stdin?.on('error', () => undefined).end(input);
    const kill = () => child.kill('SIGKILL');
    let patience: NodeJS.Timeout | undefined;
    const abort = () => {
      if (patienceMs === undefined) kill();
      else if (child.kill('SIGTERM')) patience = setTimeout(kill, patienceMs);
    };
    const timer = timeoutMs === undefined ? null : setTimeout(() => (timedOut = kill()), timeoutMs);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
        onOutput?.(text);
      });
    }
    child.on('error', (error) => (startError = error));
    child.on('close', (exitCode) => {
      if (timer !== null) clearTimeout(timer);
      clearTimeout(patience);
      signal?.removeEventListener('abort', abort);
      resolve({ exitCode: startError === null ? exitCode : null, ...output, timedOut, startError });
    });
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
  });
}
