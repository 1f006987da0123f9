import type { Row } from '../../postgres/session.js';
import { rowsSql } from './decode-rows.js';
import { catalogsSql, edgesSql } from './dependencies.js';
import { rareKinds, snapshotKinds } from './kinds/index.js';
import { rareWantedSql, snapshotScopeSql, wantedPlacesSql } from './scope.js';
import { readableSequencesSql } from './sequence-positions.js';

/** Types of what the query is prepared for: whether dependencies, which buckets or all, whether rare kinds in any case. */
export const snapshotParameters = 'pg_catalog.bool, pg_catalog.int8[], pg_catalog.bool';

const queries = new Map<string, string>();

/** Everything, or only the kinds of which there are many: hardly any change touches the others. */
export type SnapshotExtent = 'all' | 'usual';

/** One statement for everything, so that no part tells of what another does not know. */
export function snapshotSql(major: number, extent: SnapshotExtent): string {
  const known = queries.get(`${extent} ${major}`);
  if (known !== undefined) return known;
  const parts = snapshotKinds.flatMap((kind, at) => {
    const sql = typeof kind.sql === 'string' ? kind.sql : kind.sql(major);
    if (sql === null || (extent === 'usual' && rareKinds.has(kind))) return [];
    const rows = rowsSql(sql);
    return [`${rareKinds.has(kind) ? `CASE WHEN rare.wanted THEN ${rows} END` : rows} AS k${at}`];
  });
  const all = [
    ...parts,
    `(${edgesSql}) AS edges`,
    `CASE WHEN $2 IS NULL THEN (${catalogsSql}) END AS catalogs`,
    `CASE WHEN $2 IS NOT NULL THEN (${wantedPlacesSql}) END AS wanted`,
    `(${readableSequencesSql}) AS sequences`,
    'rare.wanted AS rare',
    `pg_catalog.quote_ident(CURRENT_USER) AS reader`,
  ];
  const sql = `WITH ${snapshotScopeSql}\nSELECT ${all.join(',\n')} FROM (${rareWantedSql}) rare`;
  queries.set(`${extent} ${major}`, sql);
  return sql;
}

/** What the query answers, as it is. */
export interface SnapshotAnswer {
  readonly texts: readonly (string | null)[];
  readonly edges: string | null;
  /** Names by OID; null where only a part was asked for. */
  readonly catalogs: Readonly<Record<string, string>> | null;
  /** Addresses of all that was read again. */
  readonly wanted: readonly string[];
  /** Identities of those that can be read, of what was read. */
  readonly sequences: readonly string[];
  /** Whether objects of rare kinds have to be read too, or were. */
  readonly rare: boolean;
  readonly reader: string | null;
}

export function toAnswer(row: Row): SnapshotAnswer {
  return {
    texts: snapshotKinds.map((_, at) => (row[`k${at}`] ?? null) as string | null),
    edges: row['edges'] as string | null,
    catalogs: (row['catalogs'] ?? null) as Readonly<Record<string, string>> | null,
    wanted: ((row['wanted'] ?? '') as string).split(','),
    sequences: (row['sequences'] ?? []) as readonly string[],
    rare: row['rare'] === true,
    reader: typeof row['reader'] === 'string' ? row['reader'] : null,
  };
}
