import type { Constraint } from '@pgsql/types';
import type { LockMode } from '../../../model/locks.js';
import type { ForeignKeyAction, SchemaConstraint, SchemaRelation } from '../../../model/schema.js';
import { type EffectContext, type RelationHandle, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { nameParts } from '../tree-names.js';
import { type AlterTarget, lockEach, partitionsOf, scanEach } from './alter-target.js';
import { walkPartitions } from './taken-over.js';

/** The table that a new foreign key points to, and its partitions: all get triggers. */
export function lockReferenced({ pktable }: Constraint, { context, commands }: AlterTarget): EffectDraft {
  const referenced = resolveRelation(pktable ?? {}, context);
  if (referenced === null) return noEffect;
  const replaces = context.graph === null && commands.some(({ subtype }) => subtype === 'AT_DropConstraint');
  return merge(
    lockEach([referenced, ...partitionsOf(referenced, context)], 'ShareRowExclusiveLock'),
    // The constraint that goes may be the same key under its old rules.
    replaces ? lock(referenced, 'AccessExclusiveLock', 'possible') : noEffect,
  );
}

/** ADD FOREIGN KEY. */
export function addForeignKey(key: Constraint, target: AlterTarget): EffectDraft {
  const { handle, mode, context } = target;
  const checksRows = key.skip_validation !== true && key.is_enforced !== false;
  const findLike = likeKey(key, context);
  const walk = walkPartitions(handle, context, (partition) => findLike(partition) !== null);
  const unsure = walk.handingOver.filter(({ facts }) => facts !== null && findLike(facts)?.validated === false);
  const checked = [...walk.given, ...unsure.flatMap((one) => [one, ...partitionsOf(one, context)])];
  return merge(
    lockEach(walk.reached, mode),
    lockReferenced(key, target),
    // A key that becomes part of this one no longer needs its own triggers there.
    walk.handingOver.length > 0 ? lockReferencedTree(key, context, 'AccessExclusiveLock') : noEffect,
    checksRows ? scanForKey(key, { handles: checked, context }) : noEffect,
  );
}

/** Rows are checked by a query: which way the referenced table is read, a plan decides. */
export function scanForKey(
  { pktable }: Constraint,
  { handles, context }: { readonly handles: readonly RelationHandle[]; readonly context: EffectContext },
): EffectDraft {
  const referenced = resolveRelation(pktable ?? {}, context);
  return merge(
    scanEach(handles),
    referenced === null ? noEffect : scanEach([referenced, ...partitionsOf(referenced, context)], 'possible'),
  );
}

function lockReferencedTree({ pktable }: Constraint, context: EffectContext, mode: LockMode): EffectDraft {
  const referenced = resolveRelation(pktable ?? {}, context);
  return referenced === null ? noEffect : lockEach([referenced, ...partitionsOf(referenced, context)], mode);
}

const actions: Readonly<Record<string, ForeignKeyAction>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};

/** Finds a partition's own key that does just the same; since 18 one whose rows were not checked yet will do. */
function likeKey(key: Constraint, context: EffectContext): (partition: SchemaRelation) => SchemaConstraint | null {
  const { graph } = context;
  const referenced = resolveRelation(key.pktable ?? {}, context)?.facts ?? null;
  if (graph === null || referenced === null) return () => null;
  const primary = graph.constraints(referenced.oid).find(({ kind }) => kind === 'primary key');
  const named = (key.pk_attrs ?? []).flatMap(nameParts);
  const to = named.length > 0 ? named : (primary?.columns ?? []);
  const from = (key.fk_attrs ?? []).flatMap(nameParts);
  const alike = (one: SchemaConstraint): boolean =>
    one.kind === 'foreign key' &&
    one.parent === null &&
    one.referenced === referenced.oid &&
    sameList(one.columns, from) &&
    sameList(one.referencedColumns, to) &&
    one.onUpdate === actions[key.fk_upd_action ?? 'a'] &&
    one.onDelete === actions[key.fk_del_action ?? 'a'] &&
    one.deferrable === (key.deferrable === true) &&
    / INITIALLY DEFERRED\b/.test(one.definition) === (key.initdeferred === true) &&
    / MATCH FULL\b/.test(one.definition) === (key.fk_matchtype === 'f') &&
    one.enforced === (key.is_enforced !== false) &&
    (one.validated || context.major >= 18);
  return ({ oid }) => graph.constraints(oid).find(alike) ?? null;
}

export function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, at) => name === other[at]);
}
