import type { AlterTableStmt, Node } from '@pgsql/types';
import type { SchemaRelation } from '../../model/schema.js';
import { parseStatement } from '../sql/parse.js';
import { functionCalls } from './alter/volatility.js';
import type { EffectContext, EffectsOf } from './effect-context.js';
import { atMost, type EffectDraft, noEffect } from './effect-draft.js';
import { calledRoutines } from './queries/functions.js';
import type { SchemaGraph } from './schema-graph.js';

/**
 * What functions of users do when a definition is computed for rows that are there: in a new index or check, in values
 * that are converted or generated, in the indexes of a table that is written anew. Only possible, for a table without
 * rows computes nothing. `own` are the effects of the statement itself.
 */
export function rowComputationEffects(
  { node, own }: { readonly node: Node; readonly own: EffectDraft },
  context: EffectContext,
  effectsOf: EffectsOf,
): EffectDraft {
  const { graph } = context;
  // A domain's check is planned even if no table uses it.
  const computes = own.scans.length > 0 || own.rewrites.length > 0 || 'AlterDomainStmt' in node;
  if (graph === null || !computes) return noEffect;
  const calls = functionCalls([definitionsIn(node), ...rebuiltIndexes(node, own, graph).map(readIndex)]);
  const ofUsers = calls.filter((call) => calledRoutines(call, context).length > 0);
  if (ofUsers.length === 0) return noEffect;
  const targetList = ofUsers.map((call) => ({ ResTarget: { val: { FuncCall: call } } }));
  return atMost('possible', effectsOf({ SelectStmt: { targetList } }, context));
}

/** The parts of a statement that hold what is computed for each row. */
function definitionsIn(node: Node): unknown {
  if ('IndexStmt' in node) return [node.IndexStmt.indexParams, node.IndexStmt.whereClause];
  if ('AlterDomainStmt' in node) return node.AlterDomainStmt.def;
  return 'AlterTableStmt' in node ? commandsOf(node.AlterTableStmt) : null;
}

/** A new default concerns rows to come. */
function commandsOf({ cmds = [] }: AlterTableStmt): readonly Node[] {
  return cmds.filter(
    (command) => !('AlterTableCmd' in command) || command.AlterTableCmd.subtype !== 'AT_ColumnDefault',
  );
}

function rebuiltIndexes(node: Node, own: EffectDraft, graph: SchemaGraph): readonly SchemaRelation[] {
  // Files that TRUNCATE makes are empty.
  if ('TruncateStmt' in node) return [];
  const rebuilt = 'ReindexStmt' in node ? own.scans : own.rewrites;
  return rebuilt
    .flatMap(({ relation }) => graph.relationNamed(relation) ?? [])
    .flatMap(({ oid }) => graph.indexes(oid))
    .filter(({ index }) => index !== null && (index.predicate !== null || index.keys.includes(null)));
}

function readIndex({ index }: SchemaRelation): unknown {
  const parsed = parseStatement(index?.definition ?? '');
  const stmt = parsed.ok ? parsed.tree.stmts?.[0]?.stmt : undefined;
  return stmt === undefined ? null : definitionsIn(stmt);
}
