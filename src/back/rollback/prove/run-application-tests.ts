import { nothingObserved } from '../../../foundation/observers/observe-session.js';
import type { StatementObserver } from '../../../foundation/observers/statement-observer.js';
import { runShellCommand } from '../../../foundation/runtime/run-shell-command.js';
import { openTap } from '../../../foundation/tap/open-tap.js';
import type { CheckApplication } from './proof-run.js';

export interface ApplicationTests {
  /** As one would type it into a shell. */
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

const lookAway: StatementObserver = {
  before: () => Promise.resolve(),
  after: () => Promise.resolve(nothingObserved),
  transactionEnded: () => Promise.resolve(),
};

const ignore = (): void => undefined;
const shownLines = 5;

/**
 * Runs a team's own tests against a database in the middle of a proof. The command finds it in DATABASE_URL and in libpq's
 * PG* variables, and what is tried in LOCKKEEPER_MIGRATION and LOCKKEEPER_STAGE (`after up`, `after down`, `after up again`).
 */
export function applicationTests({ command, cwd, env, signal, onOutput }: ApplicationTests): CheckApplication {
  return async ({ target }, stage, migration) => {
    await using tap = await openTap({
      upstream: target,
      observe: () => Promise.resolve(lookAway),
      onStatement: ignore,
      onTransactionEnd: ignore,
      onSessionEnd: ignore,
    });
    const variables = {
      DATABASE_URL: tap.connectionString(target.database),
      PGHOST: tap.host,
      PGPORT: String(tap.port),
      PGUSER: target.user,
      PGPASSWORD: tap.password,
      PGDATABASE: target.database,
      PGSSLMODE: 'disable',
      LOCKKEEPER_MIGRATION: migration.id,
      LOCKKEEPER_STAGE: stage,
    };
    const result = await runShellCommand(command, { cwd, env: { ...env, ...variables }, signal, onOutput });
    if (result.exitCode === 0) return null;
    const how = result.exitCode === null ? 'was ended by a signal' : `exits with ${result.exitCode}`;
    const last = result.errorOutput.trimEnd().split('\n').slice(-shownLines).join('\n');
    return `${stage}, the command of --with ${how}${last === '' ? '' : `: ${last}`}`;
  };
}
