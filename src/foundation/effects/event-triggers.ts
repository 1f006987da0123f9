import type { Node } from '@pgsql/types';
import type { SchemaEventTrigger } from '../../model/schema.js';
import type { EffectContext, EffectsOf } from './effect-context.js';
import { atMost, type EffectDraft, merge, noEffect } from './effect-draft.js';
import { routineEffects } from './queries/body-effects.js';

/**
 * What functions of event triggers do when a statement changes the schema: only possible, since nearly all of them look at
 * what was changed before they do anything. `own` are the effects of the statement itself.
 */
export function eventTriggerEffects(
  statement: { readonly node: Node; readonly own: EffectDraft },
  context: EffectContext,
  effectsOf: EffectsOf,
): EffectDraft {
  const { graph } = context;
  const fired = (graph?.schema.eventTriggers ?? []).filter(({ enabled }) => enabled);
  if (graph === null || fired.length === 0) return noEffect;
  const verbs = verbsOf(statement.node);
  return merge(
    ...fired
      .filter((trigger) => concerns(trigger, verbs) && happens(trigger, statement))
      .map((trigger) => {
        const routine = graph.function(trigger.function);
        return routine === null ? noEffect : atMost('possible', routineEffects(routine, context, effectsOf));
      }),
  );
}

function concerns({ tags }: SchemaEventTrigger, verbs: readonly string[]): boolean {
  return verbs.length > 0 && (tags.length === 0 || tags.some((tag) => verbs.includes(tag.split(' ')[0] ?? '')));
}

/** Only ALTER TABLE and its like report that a table is written anew. */
function happens(
  { event }: SchemaEventTrigger,
  { node, own }: { readonly node: Node; readonly own: EffectDraft },
): boolean {
  return event === 'login' ? false : event !== 'table_rewrite' || ('AlterTableStmt' in node && own.rewrites.length > 0);
}

/** The first words of a statement's command tag; none for what fires no event trigger: data, settings, and what all databases share. */
function verbsOf(node: Node): readonly string[] {
  const [tag = ''] = Object.keys(node);
  if (shared.test(tag)) return [];
  if (/^(Create|Index|View|Rule|Define|CompositeType)/.test(tag)) return ['CREATE', 'SELECT'];
  if (/^(Alter|Rename)/.test(tag)) return ['ALTER'];
  return others[tag] ?? [];
}

const shared = /Role|EventTrig|TableSpaceStmt|TableSpaceOptions|Database|db(Stmt)?$|System/;

const others: Readonly<Record<string, readonly string[]>> = {
  DropStmt: ['DROP'],
  DropOwnedStmt: ['DROP'],
  DropUserMappingStmt: ['DROP'],
  DropSubscriptionStmt: ['DROP'],
  ReassignOwnedStmt: ['REASSIGN'],
  CommentStmt: ['COMMENT'],
  SecLabelStmt: ['SECURITY'],
  GrantStmt: ['GRANT', 'REVOKE'],
  ImportForeignSchemaStmt: ['IMPORT'],
  RefreshMatViewStmt: ['REFRESH'],
  ReindexStmt: ['REINDEX'],
};
