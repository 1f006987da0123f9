import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import type { Clock } from '../../foundation/runtime/clock.js';
import { runShellCommand } from '../../foundation/runtime/run-shell-command.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { HookCommand, HookName } from '../../model/target-settings.js';

export interface HookSurroundings {
  /** Folder of the configuration: where the project's scripts are. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Values of the configuration that no message may repeat. */
  readonly secrets: readonly string[];
}

export interface HookOutcome {
  readonly hook: HookName;
  readonly durationMs: number;
}

/**
 * Runs one command of a target's `hooks`, and is content only when it ends with 0 in its time; what it started ends with it.
 * @throws ChangeSafetyError `command-failed`, with the end of what the command wrote to standard error.
 */
export async function runHook(hook: HookName, settings: HookCommand, around: HookSurroundings): Promise<HookOutcome> {
  const start = around.clock.now();
  const ended = await runWithin(settings, around);
  if (ended.exitCode !== 0 || ended.timedOut) throw hookFailed(hook, settings, { ...ended, secrets: around.secrets });
  return { hook, durationMs: around.clock.now() - start };
}

export interface CommandEnd {
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly errorOutput: string;
}

/** Runs a line of the configuration within its time. Rejects when the signal is aborted or there is no shell. */
export async function runWithin(
  { command, timeoutMs }: HookCommand,
  { cwd, env, signal, input }: Pick<HookSurroundings, 'cwd' | 'env' | 'signal'> & { readonly input?: string },
): Promise<CommandEnd> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, timeout]);
  const ended = await runShellCommand(command, { cwd, env, signal: either, onOutput: () => undefined, input });
  signal.throwIfAborted();
  return { ...ended, timedOut: timeout.aborted };
}

/** How a command ended badly, in words. */
export function endInWords({ exitCode, timedOut }: CommandEnd, timeoutMs: number): string {
  if (timedOut) return `did not end within ${timeoutMs} ms`;
  return exitCode === null ? 'was ended by a signal' : `ended with ${exitCode}`;
}

function hookFailed(
  hook: HookName,
  { timeoutMs }: HookCommand,
  end: CommandEnd & Pick<HookSurroundings, 'secrets'>,
): ChangeSafetyError {
  const said = redactSecrets(end.errorOutput, end.secrets).trimEnd().split('\n').slice(-5).join('\n');
  return new ChangeSafetyError({
    code: 'command-failed',
    message: `The hook ${hook} ${endInWords(end, timeoutMs)}${said === '' ? '.' : `: ${said}`}`,
    remedy: `Run its command by hand, mend it, and see what it has done so far; it stands under hooks.${hook}, and may take longer with timeoutMs.`,
    effect: 'none',
  });
}
