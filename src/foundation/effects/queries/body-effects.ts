import type { SchemaFunction } from '../../../model/schema.js';
import { unknownPart } from '../../sql/plpgsql-dynamic.js';
import type { EffectContext, EffectsOf } from '../effect-context.js';
import { atMost, type EffectDraft, merge, noEffect } from '../effect-draft.js';
import { type Body, type BodyStatement, functionBody } from './bodies.js';

/** Calls within calls are followed this far. */
const deepest = 6;

/** What a function or procedure does when it is called. */
export function routineEffects(routine: SchemaFunction, context: EffectContext, effectsOf: EffectsOf): EffectDraft {
  const callers = context.callers ?? [];
  // A function that calls itself does again what was counted already.
  if (callers.includes(routine.oid) || callers.length >= deepest) return noEffect;
  return bodyEffects(functionBody(routine), { ...context, callers: [...callers, routine.oid] }, effectsOf);
}

/** What the statements of a body do, one after the other; what one makes is its own for the next. */
export function bodyEffects(body: Body, context: EffectContext, effectsOf: EffectsOf): EffectDraft {
  const created = new Set<string>();
  const drafts = body.statements.map((statement) => {
    const draft = statementEffects(statement, context, effectsOf);
    const fresh = draft.locks.filter((lock) => lock.created === true).map(({ relation }) => relation);
    const own = asCreated(draft, created);
    for (const relation of fresh) created.add(relation);
    return own;
  });
  return merge(...drafts, { ...noEffect, unanalysed: body.unanalysed });
}

function asCreated(draft: EffectDraft, created: ReadonlySet<string>): EffectDraft {
  if (created.size === 0) return draft;
  return {
    ...draft,
    locks: draft.locks.map((lock) => (created.has(lock.relation) ? { ...lock, created: true as const } : lock)),
    rewrites: draft.rewrites.filter(({ relation }) => !created.has(relation)),
    scans: draft.scans.filter(({ relation }) => !created.has(relation)),
  };
}

/** One statement of a body, as certain as its place in the code allows. */
function statementEffects(
  { tree, certainty, isTemplate }: BodyStatement,
  context: EffectContext,
  effectsOf: EffectsOf,
): EffectDraft {
  const drafts = (tree.stmts ?? []).map(({ stmt }) => (stmt === undefined ? noEffect : effectsOf(stmt, context)));
  const draft = atMost(certainty, merge(...drafts));
  return isTemplate ? withoutUnknown(draft) : draft;
}

/** Names that only the running code knows are said to be so. */
function withoutUnknown(draft: EffectDraft): EffectDraft {
  const isKnown = ({ relation }: { readonly relation: string }): boolean => !relation.includes(unknownPart);
  const modes = draft.locks.filter((lock) => !isKnown(lock)).map(({ mode }) => mode);
  return {
    locks: draft.locks.filter(isKnown),
    rewrites: draft.rewrites.filter(isKnown),
    scans: draft.scans.filter(isKnown),
    unanalysed: [
      ...draft.unanalysed,
      ...[...new Set(modes)].map((mode) => `EXECUTE takes ${mode} on a relation whose name is only known when it runs`),
    ],
  };
}
