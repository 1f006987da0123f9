import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type LoadedConfig, requireTarget } from '../../foundation/config/load-config.js';
import { splitTenant } from '../../foundation/config/tenant-target.js';
import type { Session } from '../../foundation/postgres/session.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { chooseDatabase, type NamedDatabase } from '../named-database.js';
import { openDatabase } from '../read-from-database.js';
import type { VerifyRequest } from './verify-request.js';

/**
 * The database that is read: the chosen one, its first replica, or one that a comparison names. Null for a comparison of two
 * snapshots. @throws ChangeSafetyError `usage`.
 */
export function databaseOf(loaded: LoadedConfig, request: VerifyRequest): NamedDatabase | null {
  const { database, onReplica, action, cwd } = request;
  if (onReplica) return replicaOf(loaded, database.target);
  const named = chooseDatabase(loaded, database);
  if (named !== null) return named;
  if (action.kind === 'compare' && action.right !== null) {
    const sides = [action.right, action.left].map((written) => readSide(loaded, written, cwd));
    return sides.flatMap((side) => ('database' in side ? [side.database] : []))[0] ?? null;
  }
  const names = Object.keys(loaded.config.targets);
  throw usage(
    'It is not said which database to verify.',
    `Name it with --target${names.length > 0 ? ` (${names.join(', ')})` : ''} or --database URL.`,
  );
}

function replicaOf(loaded: LoadedConfig, target: string | null): NamedDatabase {
  const [url] = target === null ? [] : requireTarget(loaded, target).replicas;
  if (url !== undefined) return { url, name: `replica 1 of the target ${target}`, tenant: null };
  throw usage(
    'There is no replica to read on.',
    target === null
      ? 'Name a target that has replicas.'
      : `Add replicas to the target ${target}, or leave --on-replica out.`,
  );
}

/** A side of a comparison, by what people write: a target's name, a connection string, or a snapshot's file. */
export function readSide(
  loaded: LoadedConfig,
  written: string,
  cwd: string,
): { readonly path: string } | { readonly database: NamedDatabase } {
  if (Object.hasOwn(loaded.config.targets, splitTenant(written).target)) {
    const database = chooseDatabase(loaded, { database: null, target: written });
    if (database !== null) return { database };
  }
  const path = resolve(cwd, written);
  if (existsSync(path)) return { path };
  if (/^postgres(?:ql)?:\/\/|=/.test(written))
    return { database: { url: written, name: 'the other database', tenant: null } };
  throw usage(
    'A side of the comparison is neither a file, nor a target, nor a connection string.',
    'Name a snapshot that verify --snapshot wrote, a configured target, or a database as postgres://…',
  );
}

/** A session whose server process ends by itself when we are gone; a lost limit is no reason to refuse. */
export async function openReading(database: NamedDatabase, { env }: Pick<VerifyRequest, 'env'>): Promise<Session> {
  const session = await openDatabase(database, { env, verb: 'verify' });
  await session.query(`SET client_connection_check_interval = '1s'`).catch(() => undefined);
  return session;
}

function usage(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}
