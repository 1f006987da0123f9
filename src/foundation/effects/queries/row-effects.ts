import type { Certainty } from '../../../model/effects.js';
import type { SchemaRelation } from '../../../model/schema.js';
import { atMost, type EffectDraft, merge, noEffect } from '../effect-draft.js';
import { checkEffects } from './check-functions.js';
import { type GivenValue, referencedActions, referenceChecks } from './foreign-keys.js';
import type { QueryScope } from './query-scope.js';
import { firedTriggers, type Firing, mayDropRows } from './triggers.js';

export interface RowChange extends Firing {
  /** Whether a row of this table is surely changed. */
  readonly certainty: Certainty;
  /** What new rows bring for a column, where it is known. */
  readonly given?: GivenValue;
}

/** What changed rows of one table bring about: triggers for each row and foreign keys in both directions. */
export function rowEffects(table: SchemaRelation, change: RowChange, scope: QueryScope): EffectDraft {
  if (scope.phase !== 'run') return noEffect;
  const { event, columns } = change;
  const written: Certainty = mayDropRows(table, event, scope) ? 'possible' : change.certainty;
  // Whether a key's value becomes another is up to the rows.
  const moved: Certainty = event === 'update' ? 'possible' : written;
  return atMost(
    scope.certainty,
    merge(
      firedTriggers(table, { event, columns, level: 'row' }, { ...scope, certainty: change.certainty }),
      event === 'delete'
        ? noEffect
        : referenceChecks(table, { columns, certainty: moved, given: change.given ?? null }, scope),
      event === 'delete' ? noEffect : checkEffects(table, { ...scope, certainty: written }),
      event === 'insert'
        ? noEffect
        : referencedActions(table, { event, columns, certainty: moved, visited: new Set() }, scope),
    ),
  );
}
