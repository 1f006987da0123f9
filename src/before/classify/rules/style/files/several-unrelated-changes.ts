import type { JudgedMigration } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import { lockModes } from '../../../../../model/locks.js';

export default defineRule({
  id: 'several-unrelated-changes',
  title: 'One migration changes several unrelated tables',
  why: 'They wait for each other’s locks, fail together, and cannot be rolled back one without the other.',
  instead: 'One migration for each change.',
  sources: ['https://www.postgresql.org/docs/current/explicit-locking.html'],
  concern: 'style',
  severity: 'info',
  scope: 'file',
  example: {
    setup: 'CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE carriers (id bigint PRIMARY KEY);',
    unsafe: 'ALTER TABLE users ADD COLUMN name text;\nALTER TABLE carriers ADD COLUMN name text;',
    safe: 'ALTER TABLE users ADD COLUMN name text;\nALTER TABLE users ADD COLUMN mail text;',
  },
  predict: (judged) => {
    const groups = groupRelated(judged);
    if (groups.length < 2) return [];
    return [{ message: `${groups.map(([first]) => first).join(', ')} have nothing to do with each other here.` }];
  },
  observe: ({ trace }) => {
    const changed = trace.statements.flatMap(({ locks }) =>
      locks.filter(({ mode, created }) => mode === 'AccessExclusiveLock' && created === undefined),
    );
    return new Set(changed.map(({ relation }) => relation)).size > 1;
  },
});

/** Tables whose definition changes, put together when one statement, or a known foreign key, joins them. */
function groupRelated({ statements, contexts }: JudgedMigration): readonly (readonly string[])[] {
  const weakest = lockModes.indexOf('ShareUpdateExclusiveLock');
  let groups: readonly (readonly string[])[] = [];
  for (const [position, { effects, node }] of statements.entries()) {
    const context = contexts[position];
    if (context === undefined || 'UpdateStmt' in node || 'DeleteStmt' in node) continue;
    const changed = effects.locks
      .filter(
        ({ mode, created, kind }) => created !== true && lockModes.indexOf(mode) >= weakest && kind.includes('table'),
      )
      .map(({ relation }) => relation)
      .filter((relation) => context.existing(relation));
    if (changed.length === 0) continue;
    const graph = context.graph;
    const neighbours = changed.flatMap((name) => {
      const table = graph?.relationNamed(name) ?? null;
      if (graph === null || table === null) return [];
      const keys = [...graph.foreignKeysTo(table.oid), ...graph.constraints(table.oid)];
      return keys
        .flatMap(({ relation, referenced }) => [relation, referenced])
        .flatMap((oid) => (oid === null ? [] : [graph.relation(oid)?.name ?? name]));
    });
    groups = joinGroup(groups, changed, new Set(neighbours));
  }
  return groups;
}

function joinGroup(
  groups: readonly (readonly string[])[],
  changed: readonly string[],
  neighbours: ReadonlySet<string>,
): readonly (readonly string[])[] {
  const isNear = (group: readonly string[]): boolean =>
    group.some((name) => changed.includes(name) || neighbours.has(name));
  const joined = [...new Set([...groups.filter(isNear).flat(), ...changed])];
  return [...groups.filter((group) => !isNear(group)), joined];
}
