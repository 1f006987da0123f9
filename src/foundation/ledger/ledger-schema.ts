import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { ledgerSchema } from '../../model/ledger.js';
import { asServerError } from '../postgres/server-error.js';
import type { Session } from '../postgres/session.js';
import { tenantOf } from '../postgres/tenant-session.js';
import { tenantOfEntry } from './entries.js';

/** Of the tables below; a newer one is refused, an older one brought up to date. */
const ledgerVersion = 2;

/** Entries have said since then which tenant they are of. */
const versionWithTenants = 2;

const makeLedger: readonly string[] = [
  `CREATE SCHEMA IF NOT EXISTS ${ledgerSchema}`,
  `CREATE TABLE IF NOT EXISTS ${ledgerSchema}.entry (
     number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     run_id uuid NOT NULL,
     kind text NOT NULL,
     migration_id text,
     step_id text,
     at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
     body jsonb NOT NULL,
     tenant text)`,
  `ALTER TABLE ${ledgerSchema}.entry ADD COLUMN IF NOT EXISTS tenant text`,
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
 * Makes the ledger where it is missing, and a new enough one where a tenant needs it. Whoever calls holds the lease, so
 * two never make it at once. @throws ChangeSafetyError `ledger-refused` when the role may not make it.
 */
export async function installLedger(session: Session): Promise<void> {
  const version = await readLedgerVersion(session);
  if (version !== null && (version >= versionWithTenants || tenantOf(session) === null)) return;
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

/** Whether the ledger holds entries of others than the tenant, or than the database as a whole, the session works for. */
export async function isShared(session: Session): Promise<boolean> {
  const [row] = (await session.query(othersExist, [tenantOf(session)])).rows;
  return row?.['shared'] === true;
}

const othersExist = `SELECT EXISTS (SELECT FROM ${ledgerSchema}.entry e
  WHERE ${tenantOfEntry} IS DISTINCT FROM $1) AS shared`;

const tenantsKnown = `SELECT DISTINCT ${tenantOfEntry} AS tenant FROM ${ledgerSchema}.entry e WHERE ${tenantOfEntry} IS NOT NULL`;

/** Schemas of the tenants that the ledger has entries of; none where there is no ledger. */
export async function readTenantsOf(session: Session): Promise<readonly string[]> {
  if ((await readLedgerVersion(session)) === null) return [];
  return (await session.query(tenantsKnown)).rows.map((row) => String(row['tenant']));
}

/** The one way in which rows go: of a tenant that shall leave no trace while others stay. */
const forgetOwn = (tenant: string | null): readonly Command[] => [
  `ALTER TABLE ${ledgerSchema}.entry DISABLE TRIGGER only_added`,
  [`DELETE FROM ${ledgerSchema}.entry e WHERE ${tenantOfEntry} IS NOT DISTINCT FROM $1`, [tenant]],
  `ALTER TABLE ${ledgerSchema}.entry ENABLE TRIGGER only_added`,
];

/**
 * Takes the ledger, and all that it knows, out of a database, and in the same transaction whatever else is to go first;
 * of a ledger that others share only the own entries. Driver's errors pass: nothing is dropped then.
 */
export async function uninstallLedger(session: Session, before: readonly string[] = []): Promise<void> {
  const shared = (await readLedgerVersion(session)) !== null && (await isShared(session));
  await inOneTransaction(session, [...before, ...(shared ? forgetOwn(tenantOf(session)) : dropLedger)]);
}

/** What makes the ledger, for a role that may: nothing that is there is changed. */
export function ledgerScript(): readonly string[] {
  return makeLedger;
}

/** A statement, or one with its values. */
type Command = string | readonly [sql: string, values: readonly unknown[]];

async function inOneTransaction(session: Session, commands: readonly Command[]): Promise<void> {
  await session.query(`BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL client_min_messages = warning`);
  try {
    for (const command of commands) {
      await (typeof command === 'string' ? session.query(command) : session.query(...command));
    }
    await session.query('COMMIT');
  } catch (cause) {
    await session.query('ROLLBACK').catch(() => undefined);
    throw cause;
  }
}
