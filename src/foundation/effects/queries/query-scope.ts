import type { Node } from '@pgsql/types';
import type { Certainty } from '../../../model/effects.js';
import type { EffectContext, EffectsOf } from '../effect-context.js';
import { atMost, type EffectDraft, noEffect } from '../effect-draft.js';

/** How far a statement gets: PREPARE analyses it, EXPLAIN plans it too. */
export type QueryPhase = 'analysed' | 'planned' | 'run';

/** What the rows of a query level have to meet, as far as the planner prunes partitions by it. */
export interface Conditions {
  /** All of them hold. */
  readonly known: readonly Node[];
  /** Constants from another level may be pushed down to this one. */
  readonly pushed: boolean;
  /** Columns of other relations may stand for constants: those of subqueries and common table expressions. */
  readonly derived: boolean;
}

/** What a part of a query is read with. */
export interface QueryScope {
  readonly context: EffectContext;
  readonly effectsOf: EffectsOf;
  readonly phase: QueryPhase;
  /** Whether an expression that stands here is computed at all. */
  readonly certainty: Certainty;
  /** Names of common table expressions in sight. */
  readonly expressions: ReadonlySet<string>;
  readonly conditions: Conditions;
  /** Whether FOR UPDATE or its like concerns what is read here: all of it, or what goes by these names. */
  readonly locked: 'all' | ReadonlySet<string> | null;
  /** Reads a query or a change of rows that stands inside of another. */
  readonly statement: (node: Node, scope: QueryScope) => EffectDraft;
}

export const noConditions: Conditions = { known: [], pushed: false, derived: false };

/** The same scope where an expression may not be computed. */
export function perhaps(scope: QueryScope): QueryScope {
  return scope.certainty === 'possible' ? scope : { ...scope, certainty: 'possible' };
}

/** The scope of an expression that is computed once for each row. */
export function perRow(scope: QueryScope, hasRows: boolean): QueryScope {
  return hasRows ? scope : perhaps(scope);
}

/** What comes about only when the statement runs, and the path leads there. */
export function whenRun(scope: QueryScope, effects: () => EffectDraft): EffectDraft {
  if (scope.phase === 'analysed') return noEffect;
  return atMost(scope.phase === 'run' ? scope.certainty : 'possible', effects());
}
