import type { DiscardStmt } from '@pgsql/types';
import type { EffectContext } from '../effect-context.js';
import { type EffectDraft, noEffect } from '../effect-draft.js';
import { lockAll } from './named-tables.js';

/** DISCARD ALL and DISCARD TEMP drop the session's temporary relations. */
export function discardEffects({ target }: DiscardStmt, { graph }: EffectContext): EffectDraft {
  if (graph === null || (target !== 'DISCARD_ALL' && target !== 'DISCARD_TEMP')) return noEffect;
  return lockAll(
    graph.schema.relations.filter(({ persistence }) => persistence === 'temporary'),
    'AccessExclusiveLock',
  );
}
