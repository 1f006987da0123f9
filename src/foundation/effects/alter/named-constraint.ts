import type { SchemaConstraint } from '../../../model/schema.js';
import type { RelationHandle } from '../effect-context.js';
import type { SchemaGraph } from '../schema-graph.js';
import type { AlterTarget } from './alter-target.js';

/** The constraint of that name on the target; null when there is none, or only the text is known. */
export function findConstraint(name: string | undefined, { handle, context }: AlterTarget): SchemaConstraint | null {
  return constraintsOf(handle, context.graph).find((constraint) => constraint.name === name) ?? null;
}

export function constraintsOf({ facts }: RelationHandle, graph: SchemaGraph | null): readonly SchemaConstraint[] {
  return facts === null || graph === null ? [] : graph.constraints(facts.oid);
}

/** Whether children have it too. */
export function isInherited({ kind, definition }: SchemaConstraint): boolean {
  return (kind === 'check' || kind === 'not null') && !/ NO INHERIT\b/.test(definition);
}

/** A foreign key, and its like on the partitions of both its tables. */
export function keyFamily(key: SchemaConstraint, graph: SchemaGraph): readonly SchemaConstraint[] {
  const parts = graph.schema.constraints.filter(({ parent }) => parent === key.oid);
  return [key, ...parts.flatMap((part) => keyFamily(part, graph))];
}
