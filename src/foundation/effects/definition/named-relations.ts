import type { RangeVar } from '@pgsql/types';
import type { LockMode } from '../../../model/locks.js';
import type { SchemaRelation } from '../../../model/schema.js';
import { type EffectContext, handleOf, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';

/** A relation that a query names, and how parse analysis locks it. */
export interface NamedRelation {
  readonly relation: RangeVar;
  readonly mode: LockMode;
}

/**
 * What parse analysis locks: the relations that a query or an expression names, those of common table expressions
 * aside. Neither the tables behind a view nor partitions are among them: those come with a plan.
 */
export function analysisLocks(query: unknown, context: EffectContext): EffectDraft {
  return merge(...namedRelations(query).map(({ relation, mode }) => lock(resolveRelation(relation, context), mode)));
}

/** What parse analysis and rewriting lock: the tables behind views too. */
export function rewriteLocks(query: unknown, context: EffectContext): EffectDraft {
  return merge(
    ...namedRelations(query).map(({ relation, mode }) => {
      const found = resolveRelation(relation, context);
      return merge(lock(found, mode), found?.facts == null ? noEffect : rewritten(found.facts, { mode, context }));
    }),
  );
}

interface Rewriting {
  readonly mode: LockMode;
  readonly context: EffectContext;
}

function rewritten(relation: SchemaRelation, { mode, context }: Rewriting): EffectDraft {
  if (relation.kind === 'view') {
    // A trigger that stands in for the write leaves the tables behind the view to be read.
    const behind =
      relation.triggers.some(({ timing }) => timing === 'instead of') && mode === 'RowExclusiveLock'
        ? 'AccessShareLock'
        : mode;
    return merge(...readsOf(relation, context).map((read) => lockRead(read, { mode: behind, context })));
  }
  if (mode !== 'RowExclusiveLock') return noEffect;
  const tables = relation.rules.flatMap((rule) => rule.reads).flatMap((oid) => context.graph?.relation(oid) ?? []);
  return merge(...tables.map((table) => lock(handleOf(table), mode, 'possible')));
}

function lockRead(relation: SchemaRelation, rewriting: Rewriting): EffectDraft {
  return merge(lock(handleOf(relation), rewriting.mode), rewritten(relation, rewriting));
}

function readsOf(view: SchemaRelation, context: EffectContext): readonly SchemaRelation[] {
  return view.reads.flatMap((oid) => context.graph?.relation(oid) ?? []);
}

/** Every relation that a syntax tree names as a table to read or write. */
export function namedRelations(query: unknown): readonly NamedRelation[] {
  const found: NamedRelation[] = [];
  visit(query, { found, expressions: new Set(), mode: 'AccessShareLock', lockedNames: null });
  return found;
}

interface Walk {
  readonly found: NamedRelation[];
  /** Names of common table expressions in sight. */
  readonly expressions: ReadonlySet<string>;
  readonly mode: LockMode;
  /** What FOR UPDATE OF names, by alias; null when all that is read is meant. */
  readonly lockedNames: ReadonlySet<string> | null;
}

type Fields = Readonly<Record<string, unknown>>;

function visit(value: unknown, walk: Walk): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, walk);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Fields;
  if (typeof fields['relname'] === 'string') {
    add(fields, walk);
    return;
  }
  const inside = withExpressions(fields['withClause'], walk);
  for (const [key, field] of Object.entries(fields)) {
    if (key !== 'withClause' && key !== 'lockingClause') visit(field, { ...inside, ...modeOf(key, fields, inside) });
  }
}

/** The server's own catalogs are of no concern: whatever reads them stops nobody. */
function isSystem({ schemaname, relname }: RangeVar): boolean {
  return schemaname === undefined
    ? relname?.startsWith('pg_') === true
    : schemaname === 'pg_catalog' || schemaname === 'information_schema';
}

function add(relation: RangeVar, { found, expressions, mode, lockedNames }: Walk): void {
  if (isSystem(relation)) return;
  if (relation.schemaname === undefined && expressions.has(relation.relname ?? '')) return;
  const name = relation.alias?.aliasname ?? relation.relname ?? '';
  const spared = mode === 'RowShareLock' && lockedNames !== null && !lockedNames.has(name);
  found.push({ relation, mode: spared ? 'AccessShareLock' : mode });
}

/** Each common table expression sees those before it, and all of them if they are recursive. */
function withExpressions(clause: unknown, walk: Walk): Walk {
  if (typeof clause !== 'object' || clause === null) return walk;
  const { ctes, recursive } = clause as { readonly ctes?: readonly unknown[]; readonly recursive?: boolean };
  const named = (ctes ?? []).map((node) => (node as { CommonTableExpr?: { ctename?: string } }).CommonTableExpr ?? {});
  const all = new Set([...walk.expressions, ...named.flatMap(({ ctename }) => ctename ?? [])]);
  const seen = new Set(walk.expressions);
  for (const expression of named) {
    visit(expression, { ...walk, mode: 'AccessShareLock', expressions: recursive === true ? all : new Set(seen) });
    if (expression.ctename !== undefined) seen.add(expression.ctename);
  }
  return { ...walk, expressions: all };
}

const writing = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** Between a FROM list and the relations in it, sub-queries included. */
const fromParts = new Set([
  'RangeVar',
  'JoinExpr',
  'larg',
  'rarg',
  'RangeSubselect',
  'subquery',
  'SelectStmt',
  'fromClause',
]);

/** The target of a write is the field `relation` of its statement; FOR UPDATE and its like concern the FROM list. */
function modeOf(key: string, fields: Fields, walk: Walk): Pick<Walk, 'mode' | 'lockedNames'> {
  const { mode, lockedNames } = walk;
  if (writing.has(key)) return { mode: 'RowExclusiveLock', lockedNames: null };
  if (key === 'relation' || (mode === 'RowShareLock' && fromParts.has(key))) return { mode, lockedNames };
  if (key !== 'fromClause' || fields['lockingClause'] === undefined)
    return { mode: 'AccessShareLock', lockedNames: null };
  return { mode: 'RowShareLock', lockedNames: lockedBy(fields['lockingClause']) };
}

function lockedBy(clauses: unknown): ReadonlySet<string> | null {
  const named = namedRelations(clauses).map(({ relation }) => relation.relname ?? '');
  return named.length === 0 ? null : new Set(named);
}
