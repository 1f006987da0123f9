import type { RangeVar } from '@pgsql/types';
import type { SchemaRelation, SchemaTrigger } from '../../../model/schema.js';
import { handleOf, resolveRelation } from '../effect-context.js';
import { atMost, type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { perhaps, type QueryScope } from './query-scope.js';
import { policyEffects, viewEffects } from './read-relation.js';
import { triggerEffects } from './triggers.js';

export type WriteEvent = 'insert' | 'update' | 'delete';

/** What a change of rows is aimed at, and where the rows are. */
export interface WriteTarget {
  readonly draft: EffectDraft;
  /** Tables whose rows are changed: one, or several of which a view's query may mean any. None without a catalog. */
  readonly tables: readonly SchemaRelation[];
  /** The view that the statement names, and its conditions with it, is not the table itself. */
  readonly throughView: boolean;
}

/** Locks the target of INSERT, UPDATE, DELETE or MERGE, and goes through views to their tables. */
export function writeTarget(range: RangeVar, events: readonly WriteEvent[], scope: QueryScope): WriteTarget {
  const found = resolveRelation(range, scope.context);
  const own = lock(found, 'RowExclusiveLock');
  if (found?.facts == null) return { draft: own, tables: [], throughView: false };
  const through = throughRelation(found.facts, events, scope);
  return { ...through, draft: merge(own, through.draft) };
}

function throughRelation(relation: SchemaRelation, events: readonly WriteEvent[], scope: QueryScope): WriteTarget {
  const rules = relation.rules.filter(({ event }) => events.some((one) => one === event));
  const ruled = merge(...rules.flatMap(({ reads }) => reads).map((oid) => ruleEffects(oid, scope, new Set())));
  if (relation.kind !== 'view') {
    const rows = relation.rowSecurity ? policyEffects(relation, scope) : noEffect;
    const replaced = rules.some(({ instead }) => instead);
    return { draft: merge(ruled, rows), tables: replaced ? [] : [relation], throughView: false };
  }
  const instead = relation.triggers.filter(
    (one) => one.timing === 'instead of' && one.enabled && concerns(one, events),
  );
  const expanded = events.every((event) => event === 'insert')
    ? noEffect
    : viewEffects(relation, { mode: 'AccessShareLock' }, scope);
  if (instead.length > 0 || rules.some((rule) => rule.instead)) {
    const fired = merge(...instead.map((trigger) => triggerEffects(trigger, perhaps(scope))));
    return { draft: merge(expanded, ruled, fired), tables: [], throughView: true };
  }
  return throughQuery(relation, events, { scope, draft: merge(expanded, ruled) });
}

function concerns({ events }: SchemaTrigger, wanted: readonly WriteEvent[]): boolean {
  return wanted.some((event) => events.includes(event));
}

interface Through {
  readonly scope: QueryScope;
  readonly draft: EffectDraft;
}

/** A view that can be written to has one table in FROM; others that its query names stand in subqueries. */
function throughQuery(view: SchemaRelation, events: readonly WriteEvent[], { scope, draft }: Through): WriteTarget {
  const reads = view.reads.flatMap((oid) => scope.context.graph?.relation(oid) ?? []);
  const bases = reads.filter(({ kind }) => ['table', 'partitioned table', 'foreign table', 'view'].includes(kind));
  const certainty = bases.length === 1 ? 'certain' : 'possible';
  const targets = bases.map((base) => {
    const through = throughRelation(base, events, scope);
    return { ...through, draft: atMost(certainty, merge(lock(handleOf(base), 'RowExclusiveLock'), through.draft)) };
  });
  return {
    draft: merge(draft, ...targets.map((target) => target.draft)),
    tables: targets.flatMap(({ tables }) => tables),
    throughView: true,
  };
}

/** What a rule's action does to the relations it names is not known: it may change their rows, for which there may be rules again. */
function ruleEffects(oid: string, scope: QueryScope, visited: ReadonlySet<string>): EffectDraft {
  const { graph } = scope.context;
  const relation = visited.has(oid) ? null : (graph?.relation(oid) ?? null);
  if (relation === null) return noEffect;
  const owned = graph?.sequencesOwnedBy(oid) ?? [];
  const handle = handleOf(relation);
  const read = lock(handle, 'AccessShareLock', 'possible');
  if (relation.kind === 'sequence') return merge(read, lock(handle, 'RowExclusiveLock', 'possible'));
  return merge(
    read,
    lock(handle, 'RowShareLock', 'possible'),
    lock(handle, 'RowExclusiveLock', 'possible'),
    ...owned.map((sequence) => lock(handleOf(sequence), 'RowExclusiveLock', 'possible')),
    ...relation.rules.flatMap(({ reads }) => reads).map((next) => ruleEffects(next, scope, new Set([...visited, oid]))),
  );
}
