import { type LoadedConfig, requireTarget } from '../../foundation/config/load-config.js';
import { splitTenant } from '../../foundation/config/tenant-target.js';
import { connectToAny } from '../../foundation/postgres/connect-to-any.js';
import { parseConnectionString } from '../../foundation/postgres/connection-string.js';
import { connectionSources } from '../../foundation/postgres/connection/connection-sources.js';
import type { Session } from '../../foundation/postgres/session.js';
import { quoteIdentifier } from '../../foundation/sql/quote-identifier.js';
import { readEnvironment } from '../../foundation/runtime/environment.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { TenantPlace } from '../../model/target-settings.js';
import type { DatabaseChoice } from '../named-database.js';

/** A database that is to be changed, and how to reach it. */
export interface ApplyTarget {
  /** Null where a connection string was given. */
  readonly name: string | null;
  /** What people call it. */
  readonly words: string;
  readonly tier: number;
  readonly role: string | null;
  /** The tenant that is meant, where it is a schema; null: the whole database. */
  readonly tenant: TenantPlace | null;
  /** All tenants that the configuration names. */
  readonly tenants: readonly string[];
  readonly url: string;
  readonly connect: (applicationName: string) => Promise<Session>;
  /** Sessions to the standbys that answer; what is wrong with the others. */
  readonly connectReplicas: () => Promise<readonly Replica[]>;
}

export interface Replica {
  readonly name: string;
  readonly session: Session | null;
  readonly problem: string | null;
}

/** Of a database that nobody configured. */
const usualTier = 1;

/** @throws ChangeSafetyError `usage` when no database is named. */
export function openTarget(
  loaded: LoadedConfig,
  { database, target }: DatabaseChoice,
  env: Readonly<Record<string, string | undefined>>,
): ApplyTarget {
  const sources = connectionSources(readEnvironment(env));
  const open = (url: string, applicationName: string) =>
    connectToAny(parseConnectionString(url, sources), { applicationName });
  const settings = target === null ? null : requireTarget(loaded, target);
  const url = database ?? settings?.directUrl ?? settings?.url;
  if (url === undefined) throw nothingNamed(loaded);
  return {
    name: target,
    words: target === null ? 'the database' : `the target ${target}`,
    tier: settings?.tier ?? usualTier,
    role: settings?.role ?? null,
    tenant: settings?.tenant ?? null,
    tenants: target === null ? [] : (loaded.config.targets[splitTenant(target).target]?.tenants?.names ?? []),
    url,
    connect: (applicationName) => open(url, applicationName),
    connectReplicas: () =>
      Promise.all(
        (settings?.replicas ?? []).map((replica, index) => openReplica(index, () => open(replica, 'lockkeeper watch'))),
      ),
  };
}

/** Its connection string may hold a password, so it is called by its number. */
async function openReplica(index: number, open: () => Promise<Session>): Promise<Replica> {
  const name = `replica ${index + 1}`;
  return open().then(
    (session) => ({ name, session, problem: null }),
    (cause: unknown) => ({ name, session: null, problem: cause instanceof Error ? cause.message : String(cause) }),
  );
}

function nothingNamed({ config }: LoadedConfig): ChangeSafetyError {
  const names = Object.keys(config.targets);
  return new ChangeSafetyError({
    code: 'usage',
    message: 'It is not said which database to change.',
    remedy: `Name it with --target${names.length > 0 ? ` (${names.join(', ')})` : ''} or --database URL.`,
    effect: 'none',
  });
}

const backend = 'SELECT pg_catalog.pg_backend_pid() AS pid';

/**
 * A pooler tells its clients another process number than the server has. Behind one, sessions and their settings may be
 * somebody else's from one statement to the next: a change is not applied there.
 */
export async function refusePooler(session: Session, { words }: ApplyTarget): Promise<void> {
  const [row] = (await session.query(backend)).rows;
  if (Number(row?.['pid']) === session.pid) return;
  throw new ChangeSafetyError({
    code: 'apply-refused',
    message: `Between us and ${words} is a connection pooler: locks, limits and cancellations could hit other sessions.`,
    remedy: 'Set directUrl of the target, or give --database the address of the server itself.',
    effect: 'none',
  });
}

const mayEnter = `SELECT pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE') AS enters
  FROM pg_catalog.pg_roles r, pg_catalog.pg_namespace n WHERE r.rolname = $1 AND n.nspname = $2`;

/** A role that may not look into the tenant's schema would make its tables in the next one of the search path. */
export async function refuseRoleOutside(session: Session, { role, tenant }: ApplyTarget): Promise<void> {
  if (role === null || tenant === null) return;
  const [row] = (await session.query(mayEnter, [role, tenant.schema])).rows;
  if (row?.['enters'] !== false) return;
  const schema = quoteIdentifier(tenant.schema);
  throw new ChangeSafetyError({
    code: 'apply-refused',
    message: `The role ${role} may not look into the schema ${schema}, where the tenant lives.`,
    remedy: `GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${quoteIdentifier(role)}.`,
    effect: 'none',
  });
}
