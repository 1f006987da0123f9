import { quoteLiteral } from '../../../sql/quote-identifier.js';
import { definitionList } from '../definition-text.js';
import { collationSql, lasting, operatorClassSql, procSql, rowColumns, typeSql } from '../names-sql.js';
import { firstUserOid, isWantedType } from '../scope.js';
import { commentSql, sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface RangeParts {
  readonly subtype: string;
  readonly opclass: string;
  readonly collation: string | null;
  readonly canonical: string | null;
  readonly subdiff: string | null;
  readonly multirange: string;
}

interface BaseParts {
  readonly input: string;
  readonly output: string;
  readonly receive: string | null;
  readonly send: string | null;
  readonly typmod_in: string | null;
  readonly typmod_out: string | null;
  readonly analyze: string | null;
  readonly subscript: string | null;
  readonly length: number;
  readonly by_value: boolean;
  readonly alignment: string;
  readonly storage: string;
  readonly category: string;
  readonly preferred: boolean;
  readonly default: string | null;
  readonly element: string | null;
  readonly delimiter: string;
  readonly collatable: boolean;
}

interface TypeRow extends SnapshotRow, SharedRow {
  readonly form: 'enum' | 'range' | 'base' | 'shell';
  readonly labels_in_order: readonly string[] | null;
  readonly range: RangeParts | null;
  readonly cast_comment: string | null;
  readonly base: BaseParts | null;
}

const labelsSql = `CASE WHEN t.typtype = 'e' THEN (SELECT coalesce(pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder), '[]')
      FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) END`;

const rangeSql = `CASE WHEN t.typtype = 'r' THEN (SELECT pg_catalog.json_build_object('subtype', ${typeSql('r.rngsubtype')},
      'opclass', ${operatorClassSql('r.rngsubopc')}, 'collation', ${collationSql('r.rngcollation')},
      'canonical', ${procSql('r.rngcanonical')}, 'subdiff', ${procSql('r.rngsubdiff')},
      'multirange', (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(m.typname)
        FROM pg_catalog.pg_type m JOIN pg_catalog.pg_namespace n ON n.oid = m.typnamespace WHERE m.oid = r.rngmultitypid))
      FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid) END`;

/** The cast to its multirange comes with the range: only its comment is somebody's. */
const castCommentSql = `CASE WHEN t.typtype = 'r' THEN (SELECT ${commentSql('pg_cast', 'c.oid')} FROM pg_catalog.pg_cast c
      JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid WHERE c.castsource = t.oid AND c.casttarget = r.rngmultitypid) END`;

const baseSql = `CASE WHEN t.typtype = 'b' THEN pg_catalog.json_build_object('input', ${procSql('t.typinput')},
      'output', ${procSql('t.typoutput')}, 'receive', ${procSql('t.typreceive')}, 'send', ${procSql('t.typsend')},
      'typmod_in', ${procSql('t.typmodin')}, 'typmod_out', ${procSql('t.typmodout')}, 'analyze', ${procSql('t.typanalyze')},
      'subscript', ${procSql('t.typsubscript')}, 'length', t.typlen, 'by_value', t.typbyval, 'alignment', t.typalign,
      'storage', t.typstorage, 'category', t.typcategory, 'preferred', t.typispreferred, 'default', t.typdefault,
      'element', ${typeSql('t.typelem')}, 'delimiter', t.typdelim, 'collatable', t.typcollation <> 0) END`;

/**
 * Enums (`labels` in their order), ranges (`castComment` of the cast to the multirange), base types and shells; domains and
 * composite types are kinds of their own.
 * Array types and multiranges come and go with the type that they are of.
 */
export default defineKind<TypeRow>({
  kind: 'type',
  sql: `SELECT ${rowColumns('pg_type', 't.oid')},
    CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range' WHEN 'b' THEN 'base' ELSE 'shell' END AS form,
    ${labelsSql} AS labels_in_order, ${rangeSql} AS range, ${castCommentSql} AS cast_comment, ${baseSql} AS base,
    ${sharedColumns({ catalog: 'pg_type', oid: 't.oid', owner: 't.typowner', acl: { sql: 't.typacl', letter: 'T' } })}
    FROM pg_catalog.pg_type t
    WHERE t.oid >= ${firstUserOid} AND ${isWantedType('t.oid')} AND t.typtype IN ('e', 'r', 'b', 'p') AND ${lasting('t.typnamespace')}
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_type element WHERE element.typarray = t.oid)`,
  facts: (row) =>
    sharedFacts(row, {
      form: row.form,
      labels: row.labels_in_order ?? undefined,
      definition: definitionOf(row),
      castComment: row.cast_comment ?? undefined,
    }),
});

/** Of an enum its labels tell all. */
function definitionOf({ identity, form, range, base }: TypeRow): string | undefined {
  if (form === 'shell') return `CREATE TYPE ${identity}`;
  if (range !== null) return `CREATE TYPE ${identity} AS RANGE ${rangeList(range)}`;
  return base === null ? undefined : `CREATE TYPE ${identity} ${baseList(base)}`;
}

function rangeList({ subtype, opclass, collation, canonical, subdiff, multirange }: RangeParts): string {
  return definitionList([
    ['SUBTYPE', subtype],
    ['SUBTYPE_OPCLASS', opclass],
    ['COLLATION', collation],
    ['CANONICAL', canonical],
    ['SUBTYPE_DIFF', subdiff],
    ['MULTIRANGE_TYPE_NAME', multirange],
  ]);
}

const alignments: Readonly<Record<string, string>> = { c: 'char', s: 'int2', i: 'int4', d: 'double' };
const storages: Readonly<Record<string, string>> = { p: 'plain', e: 'external', m: 'main', x: 'extended' };

function baseList(base: BaseParts): string {
  return definitionList([
    ['INPUT', base.input],
    ['OUTPUT', base.output],
    ['RECEIVE', base.receive],
    ['SEND', base.send],
    ['TYPMOD_IN', base.typmod_in],
    ['TYPMOD_OUT', base.typmod_out],
    ['ANALYZE', base.analyze],
    ['SUBSCRIPT', base.subscript],
    ['INTERNALLENGTH', base.length === -1 ? 'variable' : String(base.length)],
    ['PASSEDBYVALUE', base.by_value ? true : null],
    ['ALIGNMENT', alignments[base.alignment] ?? null],
    ['STORAGE', storages[base.storage] ?? null],
    ['CATEGORY', quoteLiteral(base.category)],
    ['PREFERRED', base.preferred ? 'true' : null],
    ['DEFAULT', base.default === null ? null : quoteLiteral(base.default)],
    ['ELEMENT', base.element],
    ['DELIMITER', base.delimiter === ',' ? null : quoteLiteral(base.delimiter)],
    ['COLLATABLE', base.collatable ? 'true' : null],
  ]);
}
