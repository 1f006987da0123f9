import { spawn } from 'node:child_process';

export interface ShellCommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

export interface ShellCommandResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** The end of what it wrote to standard error. */
  readonly errorOutput: string;
}

const keptCharacters = 8_000;

/** Runs a line as a user's shell would. When aborted, the command ends with everything it started. */
export function runShellCommand(command: string, options: ShellCommandOptions): Promise<ShellCommandResult> {
  const { cwd, env, signal, onOutput } = options;
  return new Promise((resolve, reject) => {
    // A group of its own: npx and its kin pass no signal on to what they start.
    const child = spawn('/bin/sh', ['-c', command], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let errorOutput = '';
    const end = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    };
    child.stdout.setEncoding('utf8').on('data', onOutput);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errorOutput = (errorOutput + text).slice(-keptCharacters);
      onOutput(text);
    });
    child.on('error', reject);
    child.on('close', (exitCode) => {
      signal.removeEventListener('abort', end);
      resolve({ exitCode, errorOutput });
    });
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
