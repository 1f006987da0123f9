import { spawn } from 'node:child_process';

export interface ShellCommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
  /** What the command finds on its standard input; nothing when it is left out. */
  readonly input?: string;
}

export interface ShellCommandResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** The end of what it wrote to standard error. */
  readonly errorOutput: string;
}

const keptCharacters = 8_000;
/** A command that was asked to end gets this long before it is ended. */
const patienceMs = 2_000;

/**
 * Runs a line as a user's shell would. When aborted, or when this process exits, the command ends with everything it
 * started. Rejects when the shell cannot be started.
 */
export function runShellCommand(command: string, options: ShellCommandOptions): Promise<ShellCommandResult> {
  const { cwd, env, signal, onOutput, input } = options;
  return new Promise((resolve, reject) => {
    // A group of its own: npx and its kin pass no signal on to what they start.
    const child = spawn('/bin/sh', ['-c', command], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    // A command may end without having read it.
    child.stdin.on('error', () => undefined).end(input);
    let errorOutput = '';
    let patience: NodeJS.Timeout | undefined;
    const kill = (): void => signalGroup(child.pid, 'SIGKILL');
    const end = (): void => {
      signalGroup(child.pid, 'SIGTERM');
      patience = setTimeout(kill, patienceMs);
    };
    process.once('exit', kill);
    const forget = (): void => {
      clearTimeout(patience);
      process.off('exit', kill);
      signal.removeEventListener('abort', end);
    };
    child.stdout.setEncoding('utf8').on('data', onOutput);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errorOutput = (errorOutput + text).slice(-keptCharacters);
      onOutput(text);
    });
    child.on('error', (error) => {
      forget();
      reject(error);
    });
    child.on('close', (exitCode) => {
      forget();
      // Its shell may have ended before what it started.
      if (signal.aborted) kill();
      resolve({ exitCode, errorOutput });
    });
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

function signalGroup(pid: number | undefined, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // The whole group has ended already.
  }
}
