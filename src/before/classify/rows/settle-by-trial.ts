import type { Node } from '@pgsql/types';
import type { EffectContext } from '../../../foundation/effects/effect-context.js';
import type { SchemaGraph } from '../../../foundation/effects/schema-graph.js';
import { readsByPlan } from '../../../foundation/effects/statement-class.js';
import type { LockRequest, StatementEffects } from '../../../model/effects.js';
import { lockModes } from '../../../model/locks.js';
import type { Oid, SchemaRelation } from '../../../model/schema.js';
import { dependsOnRows, routineDependsOnRows } from './depends-on-rows.js';

/** What is known of a change that was tried from its beginning on a database without relations. */
export interface Trial {
  /** `schema.name mode` of what was held after the statement at each place; null where nobody looked. */
  readonly held: readonly (ReadonlySet<string> | null)[];
  /** Tables whose rows elsewhere may be others: what wrote them was decided by the moment or the place. */
  readonly unsure: ReadonlySet<Oid>;
}

export interface Tried {
  readonly node: Node;
  readonly context: EffectContext;
  readonly trial: Trial | null;
  readonly index: number;
}

/**
 * Where the change made all rows itself, which of them a statement meets was seen when it was tried: what it may lock, it
 * locks or not. The trial comes back with what is known after the statement; null when nothing is any more.
 */
export function settleByTrial(
  effects: StatementEffects,
  { node, context, trial, index }: Tried,
): { readonly effects: StatementEffects; readonly trial: Trial | null } {
  const { graph } = context;
  if (trial === null || !meetsRows(node)) return { effects, trial };
  if (graph === null) return { effects, trial: null };
  if (!isSure(node, effects, { ...context, graph, unsure: trial.unsure })) {
    return { effects, trial: withUnsure(trial, effects, graph) };
  }
  const held = trial.held[index] ?? null;
  return { effects: held === null ? effects : settle(effects, held, graph), trial };
}

/** What reads rows, in whatever form; definitions of tables do not. */
function meetsRows(node: Node): boolean {
  const others = ['CreateTableAsStmt', 'RefreshMatViewStmt', 'ExplainStmt'];
  return readsByPlan({ version: 0, stmts: [{ stmt: node }] }) || others.some((tag) => tag in node);
}

/** What it makes has no identity yet, and what it does unseen may be anything: then nothing is sure any more. */
function withUnsure(trial: Trial, { locks, unanalysed }: StatementEffects, graph: SchemaGraph): Trial | null {
  if (unanalysed.length > 0 || locks.some(({ created }) => created === true)) return null;
  const least = lockModes.indexOf('RowExclusiveLock');
  const written = locks.filter(({ mode }) => lockModes.indexOf(mode) >= least);
  const oids = written.flatMap(({ relation }) => graph.relationNamed(relation)?.oid ?? []);
  return { ...trial, unsure: new Set([...trial.unsure, ...oids]) };
}

interface Known extends EffectContext {
  readonly graph: SchemaGraph;
  readonly unsure: ReadonlySet<Oid>;
}

function isSure(node: Node, { locks, unanalysed }: StatementEffects, context: Known): boolean {
  const concerned = locks.flatMap(({ relation }) => context.graph.relationNamed(relation) ?? []);
  return (
    unanalysed.length === 0 &&
    concerned.every((relation) => isPlain(relation) && !context.unsure.has(relation.oid)) &&
    dependsOnRows(node, context) &&
    concerned.every((relation) => triggersDepend(relation, context))
  );
}

/** Who runs the statement decides which rows policies show; rules put other statements in its place. */
function isPlain({ rowSecurity, rules }: SchemaRelation): boolean {
  return !rowSecurity && rules.length === 0;
}

function triggersDepend({ triggers }: SchemaRelation, context: Known): boolean {
  return triggers.every(({ enabled, function: oid }) => {
    const routine = enabled ? context.graph.function(oid) : null;
    return routine === null ? !enabled : routineDependsOnRows(routine, context);
  });
}

function settle(effects: StatementEffects, held: ReadonlySet<string>, graph: SchemaGraph): StatementEffects {
  const locks = effects.locks.flatMap((request): readonly LockRequest[] => {
    if (request.certainty === 'certain' || !isDecidedByRows(request, graph)) return [request];
    if (held.has(`${request.relation} ${request.mode}`)) return [{ ...request, certainty: 'certain' }];
    // What is checked at the end of the transaction was not seen; what is rolled back on the way may block meanwhile.
    const isWeak = lockModes.indexOf(request.mode) <= lockModes.indexOf('RowExclusiveLock');
    return mayComeLate(request, graph) || !isWeak ? [request] : [];
  });
  return { ...effects, locks };
}

/** Constraints and their triggers can wait for the end of the transaction. */
function mayComeLate({ relation }: LockRequest, graph: SchemaGraph): boolean {
  const facts = graph.relationNamed(relation);
  if (facts?.kind === 'sequence') return false;
  return graph.schema.constraints.some(
    (one) => one.deferrable && (one.kind === 'trigger' || one.relation === facts?.oid || one.referenced === facts?.oid),
  );
}

/** Which partitions a plan opens is up to what the session remembers, too. */
function isDecidedByRows({ relation }: LockRequest, graph: SchemaGraph): boolean {
  const facts = graph.relationNamed(relation);
  return facts !== null && (facts.kind === 'sequence' || (facts.kind === 'table' && facts.parents.length === 0));
}
