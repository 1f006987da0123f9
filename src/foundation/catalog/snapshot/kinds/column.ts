import type { JsonValue } from '../../../../model/json.js';
import type { ObjectKind } from '../../../../model/schema-snapshot.js';
import { commentSql, type Grant, grantsSql, present } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';
import { flag, optionsSql } from './relation-facts.js';

/** What ALTER COLUMN SET takes on all majors; a fork of the server may keep marks of its own there, which nobody can set. */
const settableOptions = '^(?:n_distinct|n_distinct_inherited)=';

const columnOptions = `CASE WHEN a.attoptions IS NOT NULL THEN (SELECT ${optionsSql('settable.options')} FROM (
      SELECT pg_catalog.array_agg(one) AS options FROM pg_catalog.unnest(a.attoptions) AS one WHERE one ~ '${settableOptions}') settable
      WHERE settable.options IS NOT NULL) END`;

interface ColumnRow extends SnapshotRow {
  readonly relation: string;
  readonly relation_kind: ObjectKind;
  readonly position: number;
  readonly type: string;
  readonly collation: string | null;
  readonly default: string | null;
  readonly generated: string;
  readonly identity_generation: string;
  readonly not_null: boolean;
  readonly not_null_constraint: Readonly<Record<string, JsonValue>> | null;
  readonly inherited: boolean;
  readonly local: boolean;
  readonly storage: string | null;
  readonly compression: string;
  readonly statistics: number | null;
  readonly options: Readonly<Record<string, string>> | null;
  readonly wrapper_options: Readonly<Record<string, string>> | null;
  readonly comment: string | null;
  readonly labels: readonly string[] | null;
  readonly grants: readonly Grant[] | null;
}

const meanings = {
  generated: { s: 'stored', v: 'virtual' },
  identity: { a: 'always', d: 'by default' },
  storage: { p: 'plain', e: 'external', m: 'main', x: 'extended' },
  compression: { p: 'pglz', l: 'lz4' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

function meaning(of: keyof typeof meanings, letter: string | null): string | undefined {
  return (meanings[of] as Readonly<Record<string, string>>)[letter ?? ''];
}

/** Since 18 a NOT NULL is a constraint with a name; it stays a fact of its column, as it was before. */
const notNullSql = `(SELECT pg_catalog.json_build_object('name', k.conname,
      'notValid', CASE WHEN NOT k.convalidated THEN true END, 'noInherit', CASE WHEN k.connoinherit THEN true END,
      'inherited', CASE WHEN k.coninhcount > 0 THEN CASE WHEN k.conislocal THEN 'merged' ELSE 'only' END END,
      'comment', ${commentSql('pg_constraint', 'k.oid')})
    FROM pg_catalog.pg_constraint k
    WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum])`;

function columnsSql(major: number): string {
  return `SELECT 'pg_class' AS classid, a.attrelid::pg_catalog.text AS objid, a.attnum::pg_catalog.int4 AS objsubid,
    r.identity || '.' || pg_catalog.quote_ident(a.attname) AS identity, r.identity AS relation, r.kind AS relation_kind,
    pg_catalog.row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS position,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
    CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0 THEN (
      SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname) FROM pg_catalog.pg_collation c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = a.attcollation) END AS collation,
    CASE WHEN a.atthasdef THEN (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d
      WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END AS "default",
    a.attgenerated AS generated, a.attidentity AS identity_generation, a.attnotnull AS not_null,
    ${major >= 18 ? `CASE WHEN a.attnotnull THEN ${notNullSql} END` : 'NULL'} AS not_null_constraint,
    a.attinhcount > 0 AS inherited, a.attislocal AS local,
    CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage, a.attcompression AS compression,
    CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END AS statistics,
    ${columnOptions} AS options,
    CASE WHEN a.attfdwoptions IS NOT NULL THEN ${optionsSql('a.attfdwoptions')} END AS wrapper_options,
    remark.description AS comment, label.labels,
    ${grantsSql('a.attacl', 'c', 'r.relowner')} AS grants
  FROM rels r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_description remark ON remark.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND remark.objoid = a.attrelid AND remark.objsubid = a.attnum
    LEFT JOIN (SELECT l.objoid, l.objsubid, pg_catalog.json_agg(l.provider || ': ' || l.label ORDER BY l.provider COLLATE "C") AS labels
      FROM pg_catalog.pg_seclabel l WHERE l.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass GROUP BY 1, 2) label
      ON label.objoid = a.attrelid AND label.objsubid = a.attnum
  WHERE r.wanted AND r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')`;
}

/**
 * Columns of tables, foreign tables, views, materialised views, and attributes of composite types. Structure: `type`
 * (with its modifier), `collation` (when not the type's), `default`, `generated` + `expression`, `identity`, `notNull`,
 * `notNullConstraint` (18), `inherited` (`only`, or `merged` with a declaration of its own), `wrapperOptions`. Physical:
 * `storage` (when not the type's), `compression`, `statistics`, `options`. Order: `position` among the living columns.
 */
export default defineKind<ColumnRow>({
  kind: 'column',
  sql: columnsSql,
  facts: (row) => ({
    structure: { ...valueFacts(row), ...present({ comment: row.comment, wrapperOptions: row.wrapper_options }) },
    order: { position: row.position },
    access: present({ grants: row.grants as JsonValue, securityLabels: row.labels }),
    physical: present({
      storage: meaning('storage', row.storage),
      compression: meaning('compression', row.compression),
      statistics: row.statistics,
      options: row.options,
    }),
  }),
  parent: (row) => ({ kind: row.relation_kind, identity: row.relation }),
});

function valueFacts(row: ColumnRow): Readonly<Record<string, JsonValue>> {
  const generated = meaning('generated', row.generated);
  return present({
    type: row.type,
    collation: row.collation,
    [generated === undefined ? 'default' : 'expression']: row.default,
    generated,
    identity: meaning('identity', row.identity_generation),
    notNull: flag(row.not_null),
    notNullConstraint: row.not_null_constraint === null ? null : present(row.not_null_constraint),
    inherited: row.inherited ? (row.local ? 'merged' : 'only') : undefined,
  });
}
