import type { ColumnDef, Constraint, CreateForeignTableStmt, CreateStmt, Node, RangeVar } from '@pgsql/types';
import type { RelationKind } from '../../../model/locks.js';
import { type EffectContext, handleOf, newRelation, resolveRelation } from '../effect-context.js';
import { atMost, type EffectDraft, lock, lockCreated, merge, noEffect } from '../effect-draft.js';
import { rangeVars, relationNamed, typeNameParts } from '../tree-names.js';
import { partitionEffects, partitionTree } from './create-partition.js';

export function createTableEffects(create: CreateStmt, context: EffectContext): EffectDraft {
  return createEffects(create, { context, kind: create.partspec === undefined ? 'table' : 'partitioned table' });
}

export function createForeignTableEffects(create: CreateForeignTableStmt, context: EffectContext): EffectDraft {
  return createEffects(create.base ?? {}, { context, kind: 'foreign table' });
}

interface Creation {
  readonly context: EffectContext;
  readonly kind: RelationKind;
}

function createEffects(create: CreateStmt, { context, kind }: Creation): EffectDraft {
  const relation = create.relation ?? {};
  if (create.if_not_exists === true && alreadyThere(relation, context)) return noEffect;
  const draft = merge(
    lockCreated(newRelation(placed(relation), context, kind), 'AccessExclusiveLock'),
    create.partbound === undefined ? inherited(create, context) : partitionEffects(create, context),
    copied(create.tableElts, context),
    typed(create, context),
    ...referencedTables(create).map((table) => referenceEffects(table, { context, made: relation })),
  );
  return atMost(create.if_not_exists === true && context.graph === null ? 'possible' : 'certain', draft);
}

/** IF NOT EXISTS looks only where the new relation would go, not along the whole search path. */
export function alreadyThere(relation: RangeVar, context: EffectContext): boolean {
  const schema = relation.schemaname ?? (relation.relpersistence === 't' ? null : (context.searchPath[0] ?? 'public'));
  return context.graph != null && context.graph.findRelation(schema, relation.relname ?? '', []) !== null;
}

/** Temporary relations go to a schema of their own. */
export function placed(relation: RangeVar): RangeVar {
  return relation.relpersistence === 't' && relation.schemaname === undefined
    ? { ...relation, schemaname: 'pg_temp' }
    : relation;
}

function inherited(create: CreateStmt, context: EffectContext): EffectDraft {
  return merge(
    ...rangeVars(create.inhRelations).map((parent) =>
      lock(resolveRelation(parent, context), 'ShareUpdateExclusiveLock'),
    ),
  );
}

function copied(elements: readonly Node[] | undefined, context: EffectContext): EffectDraft {
  return merge(
    ...(elements ?? []).map((element) =>
      'TableLikeClause' in element && element.TableLikeClause.relation !== undefined
        ? lock(resolveRelation(element.TableLikeClause.relation, context), 'AccessShareLock')
        : noEffect,
    ),
  );
}

function typed(create: CreateStmt, context: EffectContext): EffectDraft {
  if (create.ofTypename === undefined) return noEffect;
  const type = relationNamed(typeNameParts(create.ofTypename));
  return lock(resolveRelation(type, context, 'composite type'), 'AccessShareLock');
}

/** Tables that foreign keys of the new table point to, in its columns and beside them. */
function referencedTables(create: CreateStmt): readonly RangeVar[] {
  const constraints = [...(create.tableElts ?? []), ...(create.constraints ?? [])].flatMap(constraintsOf);
  return constraints.flatMap(({ contype, pktable }) => (contype === 'CONSTR_FOREIGN' ? (pktable ?? []) : []));
}

function constraintsOf(element: Node): readonly Constraint[] {
  if ('Constraint' in element) return [element.Constraint];
  return 'ColumnDef' in element ? columnConstraints(element.ColumnDef) : [];
}

function columnConstraints(column: ColumnDef): readonly Constraint[] {
  const found: Constraint[] = [];
  for (const node of column.constraints ?? []) if ('Constraint' in node) found.push(node.Constraint);
  return found;
}

/** The referenced table gets triggers, and so does each of its partitions. */
function referenceEffects(table: RangeVar, { context, made }: { context: EffectContext; made: RangeVar }): EffectDraft {
  if (table.relname === made.relname && (table.schemaname ?? made.schemaname) === made.schemaname) return noEffect;
  const found = resolveRelation(table, context);
  if (found?.facts == null) return lock(found, 'ShareRowExclusiveLock');
  return merge(...partitionTree(found.facts, context).map((one) => lock(handleOf(one), 'ShareRowExclusiveLock')));
}
