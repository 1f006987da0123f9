import type { SchemaRelation } from '../../../model/schema.js';
import { merge, noEffect, rewrite } from '../effect-draft.js';
import { type CommandEffects, holdsRows, rewriteEach } from './alter-target.js';
import { lockOwnedSequences } from './owner.js';

/** Nothing is written when the table is already so. */
export function setPersistence(persistence: SchemaRelation['persistence']): CommandEffects {
  return (_command, { handle, context }) =>
    handle.facts?.persistence === persistence
      ? noEffect
      : merge(rewriteEach([handle], context), lockOwnedSequences(handle, context));
}

/** A partitioned table only remembers it for partitions to come. */
export const setAccessMethod: CommandEffects = ({ name }, { handle, context }) =>
  handle.facts?.accessMethod === (name ?? 'heap') ? noEffect : rewriteEach([handle], context);

/** The file is copied as it is; indexes stay where they are. */
export const setTableSpace: CommandEffects = ({ name }, { handle }) => {
  if (!holdsRows(handle)) return noEffect;
  if (handle.facts === null) return rewrite(handle, 'possible');
  return (handle.facts.tablespace ?? 'pg_default') === name ? noEffect : rewrite(handle);
};
