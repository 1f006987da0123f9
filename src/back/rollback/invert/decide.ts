import { isMade } from './containers.js';
import { changedFacts } from './compare-pieces.js';
import type { Alteration, EmitContext, PieceChange } from './emitter.js';
import { isPartitionKey } from './emit/column.js';
import { emitterOf } from './emit/index.js';
import type { Pair, Pairing } from './pair-pieces.js';
import { type Piece, textFact } from './piece.js';
import { reactionTo } from './react.js';
import { remakeParts } from './remake-parts.js';
import { fitsItsType, looseTypedTables } from './typed-table.js';

/** What becomes of a pair on the way back. */
export type Fate = 'keep' | 'drop' | 'create' | 'alter' | 'rebuild' | 'swap' | 'refused';

export interface Decision {
  readonly pair: Pair;
  fate: Fate;
  /** Null where a side is missing. */
  change: PieceChange | null;
  alteration: Alteration | null;
  /** Which of owner, grants, labels and comment differ. */
  shared: ReadonlySet<string>;
  reason: string | null;
}

export type Decisions = ReadonlyMap<Pair, Decision>;

/** Facts that are set alike for all kinds. */
const sharedFacts: ReadonlySet<string> = new Set(['comment', 'owner', 'grants', 'securityLabels']);

/** What to do with each pair, and with what stands in the way of that. */
export function decide(pairing: Pairing, contextOf: (decisions: Decisions) => EmitContext): Decisions {
  const decisions = new Map<Pair, Decision>();
  const context = contextOf(decisions);
  for (const pair of pairing.pairs) decisions.set(pair, firstDecision(pair, pairing));
  for (const decision of decisions.values()) if (decision.fate === 'alter') settle(decision, context);
  looseTypedTables(pairing, decisions);
  remakeParts(pairing, decisions);
  spread(pairing, decisions, context);
  settleHeirs(decisions, context);
  for (const decision of decisions.values()) refuseTheImpossible(decision, pairing, decisions);
  return decisions;
}

/** Some kinds can be read well enough to miss them, and not to make them. */
function refuseTheImpossible(decision: Decision, pairing: Pairing, decisions: Decisions): void {
  const { fate, pair } = decision;
  const { before, after } = pair;
  const makes = fate === 'create' || fate === 'rebuild' ? before : null;
  const drops = fate === 'drop' || fate === 'rebuild' ? after : null;
  const reason =
    (makes === null ? null : emitterOf(makes.kind)?.cannotCreate?.(makes)) ??
    (drops === null ? null : emitterOf(drops.kind)?.cannotDrop?.(drops)) ??
    null;
  const missing = makes?.kind === 'partition' ? indexItNeverHad(makes, pairing, decisions) : undefined;
  if (reason !== null) refuse(decision, reason);
  else if (missing !== undefined) {
    refuse(decision, `it had no part of ${missing.identity}, and to attach it would build one that nothing can drop`);
  } else if (makes?.kind === 'partition' && hasExclusion(makes, pairing)) {
    refuse(decision, 'to attach it builds the index of an exclusion constraint anew, beside the one that it has');
  } else if (decision.fate === 'create' && isAttributeInUse(pair, pairing, decisions)) {
    refuse(decision, 'stored values of the type have lost it, and it would come back behind the other attributes');
  } else if (makes?.kind === 'inheritance' && hasOnlyInherited(makes, pairing, decisions)) {
    refuse(decision, 'a table that inherits again declares columns itself that it only had from its parent');
  } else if (makes?.kind === 'table type' && !fitsItsType(makes, pairing, decisions)) {
    refuse(decision, 'a table has the columns of its type in their order, and they come back in another');
  }
}

/**
 * An index of the partitioned table that was never made whole: attaching a table makes its part of it. One that is made
 * itself is made only then.
 */
function indexItNeverHad(partition: Piece, { pairs, byBefore }: Pairing, decisions: Decisions): Piece | undefined {
  const isKept = (index: Piece): boolean => !isMade(decisions.get(byBefore.get(index.key) as Pair));
  const whole = `table ${textFact(partition, 'partitionOf') ?? ''}`;
  const indexes = pairs.flatMap(({ before }) => (before?.kind === 'index' ? [before] : []));
  const own = indexes
    .filter(({ parent }) => parent === partition.parent)
    .map((index) => textFact(index, 'partitionOf'));
  return indexes.find((index) => index.parent === whole && !own.includes(index.identity) && isKept(index));
}

/** PostgreSQL compares no indexes of exclusion constraints, and so finds none that it could take in. */
function hasExclusion(partition: Piece, { pairs }: Pairing): boolean {
  const whole = `table ${textFact(partition, 'partitionOf') ?? ''}`;
  return pairs.some(({ before }) => before?.parent === whole && textFact(before, 'type') === 'exclusion');
}

/** Whether the heir stays and had columns from its parents alone: no INHERIT leads back to that. */
function hasOnlyInherited({ parent }: Piece, { pairs, byBefore }: Pairing, decisions: Decisions): boolean {
  const table = byBefore.get(parent ?? '');
  if (table === undefined || !['keep', 'alter'].includes(decisions.get(table)?.fate ?? '')) return false;
  return pairs.some(
    ({ before }) => before?.kind === 'column' && before.parent === parent && before.facts['inherited'] === 'only',
  );
}

/** Whether it is an attribute of a type that stays and that columns are of. */
function isAttributeInUse({ before }: Pair, { pairs, byBefore }: Pairing, decisions: Decisions): boolean {
  const type = before?.kind === 'column' ? before.parent : null;
  const whole = type?.startsWith('composite type ') === true ? byBefore.get(type) : undefined;
  if (type === null || whole === undefined || !['keep', 'alter'].includes(decisions.get(whole)?.fate ?? ''))
    return false;
  return pairs.some(
    ({ before: user }) => user?.kind === 'column' && user.parent !== type && user.dependsOn.includes(type),
  );
}

function firstDecision(pair: Pair, { names }: Pairing): Decision {
  const { before, current } = pair;
  const none = { pair, change: null, alteration: null, shared: new Set<string>(), reason: null };
  if (before === null || current === null) return { ...none, fate: before === null ? 'drop' : 'create' };
  const all = [...changedFacts(pair, names)];
  // Some kinds are nothing but grants.
  const isShared = (name: string): boolean => !before.kind.endsWith(' privileges') && sharedFacts.has(name);
  const shared = new Set(all.filter(isShared));
  const changed = new Set(all.filter((name) => !isShared(name)));
  const change: PieceChange = { from: current, to: before, changed, retyped: false };
  return { ...none, fate: all.length === 0 ? 'keep' : 'alter', change, shared };
}

/** Asks the kind how the differences go back. */
function settle(decision: Decision, context: EmitContext): void {
  const { change } = decision;
  if (change === null) return;
  const emitter = emitterOf(change.to.kind);
  const nothing: Alteration = { how: 'in place', statements: [] };
  const untouched = change.changed.size === 0 && !change.retyped;
  const alteration = untouched ? nothing : emitter?.alter(change, context);
  decision.alteration = alteration ?? null;
  if (alteration === undefined) refuse(decision, `nothing is known that would alter a ${change.to.kind}`);
  else if (alteration.how === 'refuse') refuse(decision, alteration.reason);
  else decision.fate = alteration.how === 'in place' ? 'alter' : alteration.how;
}

/** How an heir's column goes back hangs on whether its parent is made again. */
function settleHeirs(decisions: Decisions, context: EmitContext): void {
  for (const decision of decisions.values()) {
    const isHeir = decision.pair.before?.kind === 'column' && decision.pair.before.facts['inherited'] !== undefined;
    if (isHeir && decision.fate === 'alter') settle(decision, context);
  }
}

function refuse(decision: Decision, reason: string): void {
  decision.fate = 'refused';
  decision.reason = reason;
}

/** Lets every drop and every change of a type reach what depends on it. */
function spread(pairing: Pairing, decisions: Map<Pair, Decision>, context: EmitContext): void {
  const dependents = dependentsIn(pairing);
  const open = [...decisions.values()].filter(reachesOthers);
  for (let at = 0; at < open.length; at += 1) {
    const cause = open[at];
    if (cause === undefined) continue;
    for (const pair of reached(cause, dependents, pairing)) {
      const decision = decisions.get(pair);
      if (decision !== undefined && applyReaction(cause, decision, context) && reachesOthers(decision))
        open.push(decision);
    }
    const whole = wholeToRebuild(cause, { pairing, decisions, context });
    if (whole !== undefined && whole.fate !== 'rebuild') {
      whole.fate = 'rebuild';
      open.push(whole);
    }
  }
}

/** What depends on it; a composite type is reached through its attributes when the type of one is replaced. */
function reached(
  { pair, fate }: Decision,
  dependents: ReadonlyMap<string, readonly Pair[]>,
  { byAfter }: Pairing,
): readonly Pair[] {
  const found = pair.after === null ? [] : (dependents.get(pair.after.key) ?? []);
  if (fate !== 'swap') return found;
  return found.map((one) => {
    const holder = one.after?.parent ?? '';
    return holder.startsWith('composite type ') ? (byAfter.get(holder) ?? one) : one;
  });
}

function dependentsIn({ pairs, byAfter }: Pairing): ReadonlyMap<string, readonly Pair[]> {
  const dependents = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const { after } = pair;
    if (after === null) continue;
    for (const key of new Set([...after.dependsOn, ...(after.parent === null ? [] : [after.parent])])) {
      if (!byAfter.has(key)) continue;
      const known = dependents.get(key);
      if (known === undefined) dependents.set(key, [pair]);
      else known.push(pair);
    }
  }
  return dependents;
}

function retypes({ fate, alteration }: Decision): boolean {
  return fate === 'alter' && alteration?.how === 'in place' && alteration.retypes === true;
}

function reachesOthers(decision: Decision): boolean {
  return ['drop', 'rebuild', 'swap'].includes(decision.fate) || retypes(decision);
}

/** True where the decision about the dependent has changed. */
function applyReaction(cause: Decision, dependent: Decision, context: EmitContext): boolean {
  if (!['keep', 'alter'].includes(dependent.fate) || dependent.change === null) return false;
  const reaction = reactionTo(cause, dependent);
  if (reaction === 'none') return false;
  if (reaction === 'rebuild') {
    dependent.fate = 'rebuild';
    return true;
  }
  if (reaction === 'refuse') {
    refuse(dependent, `${cause.pair.after?.key ?? 'something'} would have to be made again under it`);
    return true;
  }
  if (dependent.change.retyped) return false;
  dependent.change = { ...dependent.change, retyped: true };
  settle(dependent, context);
  return true;
}

/**
 * A view's columns are what its query gives: one that comes, goes or changes its type means another view. A column by which
 * a table tells its rows apart means another table; that one has no rows of its own.
 */
function wholeToRebuild(
  { pair, fate }: Decision,
  {
    pairing,
    decisions,
    context,
  }: { readonly pairing: Pairing; readonly decisions: Decisions; readonly context: EmitContext },
): Decision | undefined {
  const piece: Piece | null = pair.after;
  // The index of a key comes with its constraint.
  const key = piece?.kind === 'index' && fate === 'rebuild' ? textFact(piece, 'madeBy') : null;
  if (key !== null) return decisions.get(pairing.byAfter.get(key) ?? pair);
  if (piece?.kind !== 'column' || piece.parent === null) return undefined;
  const ofView = /^(?:materialized )?view /.test(piece.parent);
  if (!ofView && (fate !== 'rebuild' || pair.before === null || !isPartitionKey(pair.before, context)))
    return undefined;
  const whole = pairing.byAfter.get(piece.parent);
  return whole?.before === null || whole === undefined ? undefined : decisions.get(whole);
}
