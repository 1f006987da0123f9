import type { Node, RangeVar } from '@pgsql/types';
import type { RelationKind } from '../../model/locks.js';
import type { SchemaRelation } from '../../model/schema.js';
import { qualifiedName } from '../sql/quote-identifier.js';
import type { EffectDraft } from './effect-draft.js';
import type { SchemaGraph } from './schema-graph.js';

/** What is known besides the statement itself. */
export interface EffectContext {
  /** The server's major version, 15 to 18. */
  readonly major: number;
  /** Null when only the text is known. */
  readonly graph: SchemaGraph | null;
  /** Where unqualified names are looked up; the first is where new objects go. Never empty. */
  readonly searchPath: readonly string[];
  /** Settings that the script made before this statement, by name in lower case (`timezone`, `lock_timeout`). */
  readonly settings: ReadonlyMap<string, string>;
  /** Functions whose bodies are being read, outermost first; absent at the statement itself. */
  readonly callers?: readonly string[];
}

/** A relation that a statement names. */
export interface RelationHandle {
  /** As reports show it. */
  readonly name: string;
  readonly kind: RelationKind;
  /** Null when only the text is known. */
  readonly facts: SchemaRelation | null;
}

export type NodeTag = Node extends infer N ? (N extends unknown ? keyof N : never) : never;
export type NodeOf<T extends NodeTag> = Extract<Node, { readonly [K in T]: unknown }>[T];

/** The effects of another statement, for those that contain some (EXPLAIN ANALYZE, DO, rules). */
export type EffectsOf = (node: Node, context: EffectContext) => EffectDraft;

/** What each kind of statement does; a kind belongs to one family only. */
export type EffectHandlers = {
  readonly [T in NodeTag]?: (statement: NodeOf<T>, context: EffectContext, effectsOf: EffectsOf) => EffectDraft;
};

/**
 * The relation behind a name. With a schema: null when there is no such relation, so the statement fails or, under
 * IF EXISTS, does nothing. Without: `assumed` is its kind and the first of the search path its schema.
 */
export function resolveRelation(
  relation: Pick<RangeVar, 'schemaname' | 'relname'>,
  context: EffectContext,
  assumed: RelationKind = 'table',
): RelationHandle | null {
  const name = relation.relname ?? '';
  const schema = relation.schemaname ?? null;
  if (context.graph === null) {
    return { name: qualifiedName(schema ?? context.searchPath[0] ?? 'public', name), kind: assumed, facts: null };
  }
  const facts = context.graph.findRelation(schema, name, context.searchPath);
  return facts === null ? null : handleOf(facts);
}

export function handleOf(facts: SchemaRelation): RelationHandle {
  return { name: facts.name, kind: facts.kind, facts };
}

/** A relation that the statement is about to make. */
export function newRelation(
  relation: Pick<RangeVar, 'schemaname' | 'relname'>,
  context: EffectContext,
  kind: RelationKind,
): RelationHandle {
  const schema = relation.schemaname ?? context.searchPath[0] ?? 'public';
  return { name: qualifiedName(schema, relation.relname ?? ''), kind, facts: null };
}
