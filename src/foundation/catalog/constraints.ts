import type { ForeignKeyAction, SchemaConstraint } from '../../model/schema.js';
import { type ColumnNames, namesOf } from './columns.js';
import { meaningOf, oidOrNull } from './scope.js';

/** NOT ENFORCED came with PostgreSQL 18; read as JSON, so that one text serves every major. */
export const constraintsSql = `SELECT c.oid::text, c.conname AS name, c.contype::text AS kind, c.conrelid::text AS relation,
    c.contypid::text AS domain, c.conkey AS columns, c.confrelid::text AS referenced, c.confkey AS referenced_columns,
    c.conindid::text AS index, c.conparentid::text AS parent, c.convalidated AS validated,
    coalesce((pg_catalog.to_jsonb(c) ->> 'conenforced')::boolean, true) AS enforced, c.condeferrable AS deferrable,
    c.confupdtype::text AS on_update, c.confdeltype::text AS on_delete, pg_catalog.pg_get_constraintdef(c.oid) AS definition
  FROM pg_catalog.pg_constraint c JOIN spaces s ON s.oid = c.connamespace ORDER BY c.oid`;

export interface ConstraintRow {
  readonly oid: string;
  readonly name: string;
  readonly kind: string;
  readonly relation: string;
  readonly domain: string;
  readonly columns: readonly number[] | null;
  readonly referenced: string;
  readonly referenced_columns: readonly number[] | null;
  readonly index: string;
  readonly parent: string;
  readonly validated: boolean;
  readonly enforced: boolean;
  readonly deferrable: boolean;
  readonly on_update: string;
  readonly on_delete: string;
  readonly definition: string;
}

const kinds: Readonly<Record<string, SchemaConstraint['kind']>> = {
  c: 'check',
  f: 'foreign key',
  p: 'primary key',
  u: 'unique',
  x: 'exclusion',
  n: 'not null',
  t: 'trigger',
};

const actions: Readonly<Record<string, ForeignKeyAction | null>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
  ' ': null,
};

export function toConstraint(row: ConstraintRow, columnsOf: (relation: string) => ColumnNames): SchemaConstraint {
  return {
    oid: row.oid,
    name: row.name,
    kind: meaningOf(row.kind, kinds),
    relation: oidOrNull(row.relation),
    domain: oidOrNull(row.domain),
    columns: namesOf(row.columns ?? [], columnsOf(row.relation)),
    referenced: oidOrNull(row.referenced),
    referencedColumns: namesOf(row.referenced_columns ?? [], columnsOf(row.referenced)),
    index: oidOrNull(row.index),
    parent: oidOrNull(row.parent),
    validated: row.validated,
    enforced: row.enforced,
    deferrable: row.deferrable,
    onUpdate: meaningOf(row.on_update, actions),
    onDelete: meaningOf(row.on_delete, actions),
    definition: row.definition,
  };
}
