import type { SchemaGraph } from '../../../foundation/effects/schema-graph.js';
import type { BlastRadius } from '../../../model/classification.js';
import { type LockMode, lockModes, type RelationKind } from '../../../model/locks.js';
import type { SchemaRelation } from '../../../model/schema.js';
import type { JudgedMigration } from '../judged-statement.js';
import type { RuleContext } from '../rule-context.js';

const tableKinds: ReadonlySet<RelationKind> = new Set([
  'table',
  'partitioned table',
  'foreign table',
  'view',
  'matview',
]);

const works: ReadonlySet<LockMode> = new Set(lockModes.slice(lockModes.indexOf('RowExclusiveLock')));

/** Which relations that were there before the change works on, and who hangs on them. */
export function blastRadius({ statements, contexts }: JudgedMigration): BlastRadius {
  const touched = new Map<string, RuleContext>();
  for (const [position, { effects }] of statements.entries()) {
    const context = contexts[position] as RuleContext;
    for (const { relation, mode, created, kind } of effects.locks) {
      if (created !== true && works.has(mode) && tableKinds.has(kind) && context.existing(relation))
        touched.set(relation, context);
    }
  }
  const relations = [...touched].map(([relation, context]) => describeRelation(relation, context));
  const sizes = relations.map(({ bytes }) => bytes);
  const known = sizes.filter((bytes) => bytes !== null);
  return { relations, totalBytes: known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0) };
}

function describeRelation(relation: string, context: RuleContext): BlastRadius['relations'][number] {
  const size = context.size(relation);
  const facts = context.graph?.relationNamed(relation) ?? null;
  return {
    relation,
    rows: size?.rows ?? null,
    bytes: size?.bytes ?? null,
    dependents: facts === null || context.graph === null ? [] : dependentsOf(facts, context.graph),
    neighbours: facts === null || context.graph === null ? [] : neighboursOf(facts, context.graph),
  };
}

/** Views on it, and views on those. */
function dependentsOf(relation: SchemaRelation, graph: SchemaGraph): readonly string[] {
  const found = new Map<string, string>();
  let level = graph.viewsOn(relation.oid);
  while (level.length > 0) {
    for (const view of level) found.set(view.oid, view.name);
    level = level.flatMap((view) => graph.viewsOn(view.oid)).filter((view) => !found.has(view.oid));
  }
  return [...found.values()].toSorted();
}

function neighboursOf(relation: SchemaRelation, graph: SchemaGraph): readonly string[] {
  const outgoing = graph.constraints(relation.oid).map(({ referenced }) => referenced);
  const incoming = graph.foreignKeysTo(relation.oid).map((key) => key.relation);
  const names = [...outgoing, ...incoming].flatMap((oid) => (oid === null ? [] : [graph.relation(oid)?.name ?? '']));
  return [...new Set(names)].filter((name) => name !== '' && name !== relation.name).toSorted();
}
