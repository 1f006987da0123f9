import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { ledgerSchema } from '../../model/ledger.js';
import { asServerError } from '../postgres/server-error.js';
import type { Session } from '../postgres/session.js';

/** Of the tables below; a newer one is refused, an older one brought up to date. */
const ledgerVersion = 1;

const makeLedger: readonly string[] = [
  `CREATE SCHEMA IF NOT EXISTS ${ledgerSchema}`,
  `CREATE TABLE IF NOT EXISTS ${ledgerSchema}.entry (
     number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     run_id uuid NOT NULL,
     kind text NOT NULL,
     migration_id text,
     step_id text,
     at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
     body jsonb NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS ${ledgerSchema}.lease (
     only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
     token uuid NOT NULL,
     run_id uuid NOT NULL,
     runner jsonb NOT NULL,
     backends jsonb NOT NULL,
     since timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp())`,
  `CREATE OR REPLACE FUNCTION ${ledgerSchema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
     $$BEGIN RAISE EXCEPTION 'rows of %.% are only added', TG_TABLE_SCHEMA, TG_TABLE_NAME; END$$`,
  `CREATE OR REPLACE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON ${ledgerSchema}.entry
     FOR EACH STATEMENT EXECUTE FUNCTION ${ledgerSchema}.refuse_change()`,
  `COMMENT ON SCHEMA ${ledgerSchema} IS 'What lockkeeper did to this database, version ${ledgerVersion}'`,
];

/** In one transaction, and never with CASCADE: what somebody else put there stops it. */
const dropLedger: readonly string[] = [
  `DROP TABLE IF EXISTS ${ledgerSchema}.entry`,
  `DROP TABLE IF EXISTS ${ledgerSchema}.lease`,
  `DROP FUNCTION IF EXISTS ${ledgerSchema}.refuse_change()`,
  `DROP SCHEMA IF EXISTS ${ledgerSchema}`,
];

const readVersion = `SELECT pg_catalog.obj_description(n.oid, 'pg_namespace') AS comment
  FROM pg_catalog.pg_namespace n WHERE n.nspname = '${ledgerSchema}'`;

/** Version of the ledger in a database; null when there is none. @throws ChangeSafetyError `ledger-refused` for a newer one. */
export async function readLedgerVersion(session: Session): Promise<number | null> {
  const [row] = (await session.query(readVersion)).rows;
  if (row === undefined) return null;
  const version = Number(/^What lockkeeper did to this database, version (\d+)$/.exec(String(row['comment']))?.[1]);
  if (version <= ledgerVersion) return version;
  throw new ChangeSafetyError({
    code: 'ledger-refused',
    message: Number.isNaN(version)
      ? `The database has a schema ${ledgerSchema} that is not a ledger of lockkeeper.`
      : `The ledger in the database has version ${version}; this lockkeeper knows ${ledgerVersion}.`,
    remedy: Number.isNaN(version) ? 'Rename that schema.' : 'Use a newer lockkeeper.',
    effect: 'none',
  });
}

/**
 * Makes the ledger where it is missing. Whoever calls holds the lease, so two never make it at once.
 * @throws ChangeSafetyError `ledger-refused` when the role may not make it.
 */
export async function installLedger(session: Session): Promise<void> {
  if ((await readLedgerVersion(session)) === ledgerVersion) return;
  await inOneTransaction(session, makeLedger).catch((cause: unknown) => {
    const refused = asServerError(cause);
    if (refused === null) throw cause;
    throw new ChangeSafetyError({
      code: 'ledger-refused',
      message: `The ledger could not be made in schema ${ledgerSchema}: ${refused.message}`,
      remedy: '`lockkeeper grants apply` prints what a role needs for it.',
      effect: 'rolled-back',
      sqlState: refused.code ?? null,
      cause,
    });
  });
}

/**
 * Takes the ledger, and all that it knows, out of a database, and in the same transaction whatever else is to go first.
 * Driver's errors pass: nothing is dropped then.
 */
export async function uninstallLedger(session: Session, before: readonly string[] = []): Promise<void> {
  await inOneTransaction(session, [...before, ...dropLedger]);
}

/** What makes the ledger, for a role that may: nothing that is there is changed. */
export function ledgerScript(): readonly string[] {
  return makeLedger;
}

async function inOneTransaction(session: Session, statements: readonly string[]): Promise<void> {
  await session.query(`BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL client_min_messages = warning`);
  try {
    for (const statement of statements) await session.query(statement);
    await session.query('COMMIT');
  } catch (cause) {
    await session.query('ROLLBACK').catch(() => undefined);
    throw cause;
  }
}
