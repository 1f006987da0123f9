import { type LoadedConfig, requireTarget } from '../foundation/config/load-config.js';
import type { TenantPlace } from '../model/target-settings.js';

/** Which database the user means, if any. */
export interface DatabaseChoice {
  /** Connection string. */
  readonly database: string | null;
  /** Name of a configured target. */
  readonly target: string | null;
}

/** A database that is read, and never written to. */
export interface NamedDatabase {
  /** Not to be shown: it may hold a password. */
  readonly url: string;
  /** What people call it. */
  readonly name: string;
  /** The tenant that is meant, where it is a schema; null: the whole database. */
  readonly tenant: TenantPlace | null;
}

const nothing: DatabaseChoice = { database: null, target: null };

/**
 * A connection string that was given beats the target's, and its way around a pooler beats the way through it. Null when
 * nothing is named. @throws ChangeSafetyError for a target that the configuration does not have or cannot complete.
 */
export function chooseDatabase(loaded: LoadedConfig, choice: DatabaseChoice = nothing): NamedDatabase | null {
  const { database, target } = choice;
  if (database !== null) return { url: database, name: 'the database', tenant: null };
  if (target === null) return null;
  const { url, directUrl, tenant = null } = requireTarget(loaded, target);
  return { url: directUrl ?? url, name: `the target ${target}`, tenant };
}
