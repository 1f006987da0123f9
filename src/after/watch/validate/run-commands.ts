import { redactSecrets } from '../../../foundation/records/redact-secrets.js';
import type { Clock } from '../../../foundation/runtime/clock.js';
import { runShellCommand } from '../../../foundation/runtime/run-shell-command.js';
import type { ValidationCommand } from '../../../model/target-settings.js';
import type { ValidationCheck } from '../../../model/validation-report.js';

export interface CommandSurroundings {
  /** Folder of the configuration. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly secrets: readonly string[];
  readonly onProgress: (text: string) => void;
}

/** Runs commands one after another, each in its time. Rejects only when the signal is aborted or there is no shell. */
export async function runCommands(
  kind: 'smoke' | 'tests',
  commands: readonly ValidationCommand[],
  around: CommandSurroundings,
): Promise<readonly ValidationCheck[]> {
  const checks: ValidationCheck[] = [];
  for (const command of commands) {
    around.onProgress(`Validation: ${command.name}`);
    checks.push(await runOne(kind, command, around));
  }
  return checks;
}

async function runOne(
  kind: 'smoke' | 'tests',
  { name, command, timeoutMs }: ValidationCommand,
  { cwd, env, clock, signal, secrets }: CommandSurroundings,
): Promise<ValidationCheck> {
  const startedAt = clock.date().toISOString();
  const start = clock.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, timeout]);
  const { exitCode, errorOutput } = await runShellCommand(command, {
    cwd,
    env,
    signal: either,
    onOutput: () => undefined,
  });
  signal.throwIfAborted();
  const said = redactSecrets(errorOutput, secrets).trimEnd().split('\n').slice(-5).join('\n');
  const end = timeout.aborted
    ? `did not end within ${timeoutMs} ms`
    : exitCode === null
      ? 'was ended by a signal'
      : `ended with ${exitCode}`;
  const failed = timeout.aborted || exitCode !== 0;
  return {
    kind,
    name,
    outcome: failed ? 'failed' : 'passed',
    detail: failed && said !== '' ? `It ${end}: ${said}` : `It ${end}.`,
    startedAt,
    durationMs: clock.now() - start,
  };
}
