import type { CreateSchemaStmt } from '@pgsql/types';
import type { EffectContext, EffectsOf } from '../effect-context.js';
import { type EffectDraft, merge, noEffect } from '../effect-draft.js';

/** The elements are made one after the other, in the new schema; what one makes, another may use. */
export function createSchemaEffects(
  create: CreateSchemaStmt,
  context: EffectContext,
  effectsOf: EffectsOf,
): EffectDraft {
  const name = create.schemaname ?? create.authrole?.rolename;
  const elements = create.schemaElts ?? [];
  if (elements.length === 0) return noEffect;
  const inside = name === undefined ? context : { ...context, searchPath: [name, ...context.searchPath] };
  const draft = merge(...elements.map((element) => effectsOf(element, inside)));
  const made = new Set(draft.locks.filter(({ created }) => created === true).map(({ relation }) => relation));
  return {
    ...draft,
    locks: draft.locks.map((request) => (made.has(request.relation) ? { ...request, created: true } : request)),
    scans: draft.scans.filter(({ relation }) => !made.has(relation)),
  };
}
