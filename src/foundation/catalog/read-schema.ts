import type { Schema, SchemaObject, SchemaRelation } from '../../model/schema.js';
import type { Session } from '../postgres/session.js';
import { type ColumnNames, type ColumnRow, columnsSql, namesByNumber, toColumn } from './columns.js';
import { type ConstraintRow, constraintsSql, toConstraint } from './constraints.js';
import { dependenciesSql, type DependencyLines, objectsSql, toDependencies } from './dependencies.js';
import { type FunctionRow, functionsSql, toFunction } from './functions.js';
import { type IndexRow, indexesSql, toIndex } from './indexes.js';
import {
  type OwnerRow,
  ownersSql,
  type ParentRow,
  parentsSql,
  policiesSql,
  type PolicyRow,
  type RelationRow,
  relationsSql,
  toRelation,
} from './relations.js';
import { type RuleRow, rulesSql, toRule } from './rules.js';
import { groupByOid, scopeSql } from './scope.js';
import { type EventTriggerRow, eventTriggersSql, toTrigger, type TriggerRow, triggersSql } from './triggers.js';
import { binaryCastsSql, type CastRow, toType, type TypeRow, typesSql } from './types.js';

interface SchemaRows {
  readonly major: number;
  readonly search_path: readonly string[];
  readonly current_user: string;
  readonly session_user: string;
  readonly time_zone: string;
  readonly relations: readonly RelationRow[];
  readonly parents: readonly ParentRow[];
  readonly owners: readonly OwnerRow[];
  readonly policies: readonly PolicyRow[];
  readonly columns: readonly ColumnRow[];
  readonly indexes: readonly IndexRow[];
  readonly constraints: readonly ConstraintRow[];
  readonly types: readonly TypeRow[];
  readonly casts: readonly CastRow[];
  readonly functions: readonly FunctionRow[];
  readonly triggers: readonly TriggerRow[];
  readonly rules: readonly RuleRow[];
  readonly event_triggers: readonly EventTriggerRow[];
  readonly objects: readonly SchemaObject[];
  readonly dependencies: readonly DependencyLines[];
}

const parts = {
  relations: relationsSql,
  parents: parentsSql,
  owners: ownersSql,
  policies: policiesSql,
  columns: columnsSql,
  indexes: indexesSql,
  constraints: constraintsSql,
  types: typesSql,
  casts: binaryCastsSql,
  functions: functionsSql,
  triggers: triggersSql,
  rules: rulesSql,
  event_triggers: eventTriggersSql,
  objects: objectsSql,
  dependencies: dependenciesSql,
} satisfies Partial<Record<keyof SchemaRows, string>>;

/** One statement sees one snapshot: no part tells of what another does not know. */
const schemaSql = `WITH ${scopeSql}
SELECT pg_catalog.current_setting('server_version_num')::int / 10000 AS major,
  pg_catalog.array_to_json(pg_catalog.current_schemas(false)) AS search_path,
  current_user::text, session_user::text, pg_catalog.current_setting('TimeZone') AS time_zone,
  ${Object.entries(parts)
    .map(([name, sql]) => `(SELECT coalesce(pg_catalog.json_agg(part), '[]') FROM (${sql}) part) AS ${name}`)
    .join(',\n  ')}`;

/**
 * Everything of the session's database that decides about locks, in one round trip and without any right to the data.
 * Sizes and rows are those of the last statistics. A relation is opened only to write down what names its columns (index,
 * CHECK, generated column, partition key, SQL-standard body): there it waits for whoever holds an ACCESS EXCLUSIVE lock,
 * and fails with 55P03 when the session has a lock_timeout.
 */
export async function readSchema(session: Session): Promise<Schema> {
  const { rows } = await session.query(schemaSql);
  return toSchema(rows[0] as unknown as SchemaRows);
}

function toSchema(rows: SchemaRows): Schema {
  const columns = new Map(
    [...groupByOid(rows.columns)].map(([relation, ofRelation]) => [relation, ofRelation.map(toColumn)]),
  );
  const names = new Map([...columns].map(([relation, ofRelation]) => [relation, namesByNumber(ofRelation)]));
  const namesOf = (relation: string): ColumnNames => names.get(relation) ?? new Map();
  return {
    major: rows.major,
    searchPath: rows.search_path.filter((schema) => schema !== 'pg_catalog'),
    currentUser: rows.current_user,
    sessionUser: rows.session_user,
    timeZone: rows.time_zone,
    relations: toRelations(rows, columns, namesOf),
    constraints: rows.constraints.map((row) => toConstraint(row, namesOf)),
    types: rows.types.map(toType),
    functions: rows.functions.map(toFunction),
    eventTriggers: rows.event_triggers,
    objects: rows.objects,
    dependencies: rows.dependencies.flatMap(toDependencies),
    binaryCasts: rows.casts.map(({ source, target }) => [source, target]),
  };
}

function toRelations(
  rows: SchemaRows,
  columns: ReadonlyMap<string, SchemaRelation['columns']>,
  namesOf: (relation: string) => ColumnNames,
): readonly SchemaRelation[] {
  const parents = groupByOid(rows.parents);
  const owners = new Map(rows.owners.map((row) => [row.relid, row]));
  const policies = groupByOid(rows.policies);
  const triggers = groupByOid(rows.triggers);
  const rules = groupByOid(rows.rules);
  const indexes = new Map(rows.indexes.map((row) => [row.oid, row]));
  return rows.relations.map((row) => {
    const index = indexes.get(row.oid);
    const ofRelation = rules.get(row.oid) ?? [];
    return toRelation(row, {
      parents: parents.get(row.oid) ?? [],
      owner: owners.get(row.oid),
      policies: policies.get(row.oid) ?? [],
      columns: columns.get(row.oid) ?? [],
      index: index === undefined ? null : toIndex(index, namesOf(index.table)),
      reads: ofRelation.filter((rule) => rule.is_query).flatMap((rule) => rule.reads),
      triggers: (triggers.get(row.oid) ?? []).map((trigger) => toTrigger(trigger, namesOf(row.oid))),
      rules: ofRelation.filter((rule) => !rule.is_query).map(toRule),
    });
  });
}
