import type { ParseResult } from '@pgsql/types';
import type { StatementEffects } from '../../model/effects.js';
import { alterHandlers } from './alter/index.js';
import { eventTriggerEffects } from './event-triggers.js';
import { definitionHandlers } from './definition/index.js';
import type { EffectContext, EffectHandlers, EffectsOf, NodeTag } from './effect-context.js';
import { type EffectDraft, merge, noEffect, unanalysed } from './effect-draft.js';
import { maintenanceHandlers } from './maintenance/index.js';
import { queryHandlers } from './queries/index.js';
import { rowComputationEffects } from './row-computations.js';
import { transactionBlock } from './transaction-block.js';

const handlers: EffectHandlers = {
  ...alterHandlers,
  ...definitionHandlers,
  ...queryHandlers,
  ...maintenanceHandlers,
};

/** What the statements of one syntax tree will lock, rewrite and read whole. Pure: the same input, the same answer. */
export function predictEffects(tree: ParseResult, context: EffectContext): StatementEffects {
  const drafts = (tree.stmts ?? []).map(({ stmt }) => (stmt === undefined ? noEffect : effectsOfNode(stmt, context)));
  const { locks, rewrites, scans, unanalysed: reasons } = merge(...drafts);
  return { locks, rewrites, scans, unanalysed: reasons, transactionBlock: transactionBlock(tree, context) };
}

const effectsOfNode: EffectsOf = (node, context) => {
  const [tag] = Object.keys(node) as [NodeTag];
  const handler = handlers[tag] as
    | ((body: unknown, context: EffectContext, effectsOf: EffectsOf) => EffectDraft)
    | undefined;
  if (handler === undefined) return unanalysed(`${tag} is not a statement that is known here`);
  const own = handler((node as Readonly<Record<NodeTag, unknown>>)[tag], context, effectsOfNode);
  // Functions of users are known from the catalog only.
  if (context.graph === null) return own;
  const seen = { node, own };
  return merge(
    own,
    rowComputationEffects(seen, context, effectsOfNode),
    eventTriggerEffects(seen, context, effectsOfNode),
  );
};
