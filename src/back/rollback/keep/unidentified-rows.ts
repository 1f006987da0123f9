import type { SchemaSnapshot, SnapshotObject } from '../../../model/schema-snapshot.js';
import type { Remark, RollbackStatement } from '../invert/inversion.js';
import type { KeptTable } from './kept-table.js';

/**
 * Tables whose rows nothing may alter, and why: they are published with their changes, have no key by which subscribers
 * would know the rows, and since 18 a generated column that is not published keeps the whole row from standing for itself.
 */
export function findUnidentified(
  tables: readonly KeptTable[],
  { before, steps }: { readonly before: SchemaSnapshot; readonly steps: readonly RollbackStatement[] },
): readonly Remark[] {
  if (before.major < 18) return [];
  const publications = before.objects.filter(({ kind, facts }) => kind === 'publication' && sendsAlterations(facts));
  return tables.flatMap(({ relation, extent }) => {
    if (extent === 'whole' || !publications.some((publication) => publishes(publication, relation, before))) return [];
    const identity = tableOf(before, relation)?.facts.physical['replicaIdentity'] ?? 'default';
    const parts = before.objects.filter(({ parent }) => parent === `table ${relation}`);
    const generates = parts.some(({ kind, facts }) => kind === 'column' && facts.structure['generated'] !== undefined);
    const hasKey = parts.some(
      ({ kind, identity: name, facts }) =>
        facts.structure['type'] === 'primary key' && !steps.some(({ about }) => about === `${kind} ${name}`),
    );
    const isKnown = (identity === 'default' && hasKey) || identity === 'full' || identity === 'index';
    if (!generates || isKnown) return [];
    const reason = 'it is published, and without a key no row of it can be altered: give it a primary key first';
    return [{ about: `table ${relation}`, reason }];
  });
}

function sendsAlterations(facts: SnapshotObject['facts']): boolean {
  const { publish } = facts.structure;
  return Array.isArray(publish) && (publish.includes('update') || publish.includes('delete'));
}

function publishes({ facts }: Pick<SnapshotObject, 'facts'>, relation: string, before: SchemaSnapshot): boolean {
  const { allTables, tables, schemas } = facts.structure;
  const named = Array.isArray(tables) ? (tables as readonly { readonly table: string }[]) : [];
  if (allTables === true || named.some(({ table }) => table === relation)) return true;
  if (Array.isArray(schemas) && schemas.some((schema) => relation.startsWith(`${String(schema)}.`))) return true;
  const whole = tableOf(before, relation)?.facts.structure['partitionOf'];
  return typeof whole === 'string' && publishes({ facts }, whole, before);
}

function tableOf({ objects }: SchemaSnapshot, relation: string): SnapshotObject | undefined {
  return objects.find(({ kind, identity }) => kind === 'table' && identity === relation);
}
