import { objectGraphOf } from '../definition/object-graph.js';
import { type EffectContext, handleOf, type RelationHandle } from '../effect-context.js';

/** Tables made OF a composite type: they follow it when CASCADE is said. */
export function typedTables(type: RelationHandle, { graph }: EffectContext): readonly RelationHandle[] {
  const row = graph?.schema.types.find(({ relation }) => relation !== null && relation === type.facts?.oid);
  if (graph === null || row === undefined) return [];
  return objectGraphOf(graph.schema)
    .dependentsOf({ catalog: 'pg_type', oid: row.oid, column: 0 })
    .filter(({ dependent }) => dependent.catalog === 'pg_class' && dependent.column === 0)
    .flatMap(({ dependent }) => graph.relation(dependent.oid) ?? [])
    .filter(({ kind }) => kind === 'table')
    .map(handleOf);
}
