import { quoteLiteral } from '../../../foundation/sql/quote-identifier.js';
import { keepSchema } from '../../../foundation/catalog/snapshot/scope.js';
import type { KeptTable } from './kept-table.js';

/** How much may be kept, and for how long. */
export interface KeepLimits {
  /** Of one table. */
  readonly rows: number;
  readonly days: number;
}

export const defaultKeepLimits: KeepLimits = { rows: 1_000_000, days: 30 };

/** The schema of kept data with the list of what is in it. Nobody but its owner may look into it. */
export const makeKeepSchema: readonly string[] = [
  `CREATE SCHEMA IF NOT EXISTS ${keepSchema}`,
  `CREATE TABLE IF NOT EXISTS ${keepSchema}.kept (change text NOT NULL, relation text NOT NULL, place text PRIMARY KEY, ` +
    `kept_at timestamptz NOT NULL DEFAULT pg_catalog.now(), expires_at timestamptz NOT NULL, rows bigint NOT NULL, ` +
    `bytes bigint NOT NULL, restored_at timestamptz)`,
];

/** What is kept, the first to expire first. */
export const listKept = `SELECT change, relation, place, kept_at, expires_at, rows, bytes, restored_at FROM ${keepSchema}.kept ORDER BY expires_at, place`;

function inBlock(body: string): string {
  return `DO ${quoteLiteral(body)}`;
}

/** Drops what is kept of one change, or everything that has expired. */
export function dropKept(what: { readonly change: string } | 'expired'): string {
  const which = what === 'expired' ? 'expires_at <= pg_catalog.now()' : `change = ${quoteLiteral(what.change)}`;
  return inBlock(
    `DECLARE one text; BEGIN FOR one IN DELETE FROM ${keepSchema}.kept WHERE ${which} RETURNING kept.place LOOP ` +
      `EXECUTE 'DROP TABLE IF EXISTS ' || one; END LOOP; END`,
  );
}

/** Makes room for what is to be kept again; what was kept and not yet restored stays, and stops the change. */
export function clearRestored(place: string): string {
  return inBlock(
    `BEGIN IF EXISTS (SELECT FROM ${keepSchema}.kept WHERE place = ${quoteLiteral(place)} AND restored_at IS NOT NULL) ` +
      `THEN DROP TABLE IF EXISTS ${place}; DELETE FROM ${keepSchema}.kept WHERE place = ${quoteLiteral(place)}; END IF; END`,
  );
}

/** Enters a table into the list; an error, which undoes the copy, when it has too many rows. */
export function registerKept(
  { relation }: KeptTable,
  place: string,
  how: KeepLimits & { readonly change: string },
): string {
  const message = `${relation} has more than ${how.rows} rows to keep`;
  return inBlock(
    `DECLARE n bigint; BEGIN SELECT pg_catalog.count(*) INTO n FROM ${place}; ` +
      `IF n > ${how.rows} THEN RAISE EXCEPTION USING MESSAGE = ${quoteLiteral(message)}, ` +
      `HINT = 'Change it by a backfill, or make a restore point.'; END IF; ` +
      `INSERT INTO ${keepSchema}.kept (change, relation, place, expires_at, rows, bytes) VALUES (${quoteLiteral(how.change)}, ` +
      `${quoteLiteral(relation)}, ${quoteLiteral(place)}, pg_catalog.now() + interval '${how.days} days', n, ` +
      `pg_catalog.pg_total_relation_size(${quoteLiteral(place)}::pg_catalog.regclass)); END`,
  );
}

export function markRestored(places: readonly string[]): string {
  return `UPDATE ${keepSchema}.kept SET restored_at = pg_catalog.now() WHERE place IN (${places.map(quoteLiteral).join(', ')})`;
}
