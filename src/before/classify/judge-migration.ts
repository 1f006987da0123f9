import type { Node, ParseResult } from '@pgsql/types';
import { atMost } from '../../foundation/effects/effect-draft.js';
import { type NodeTag, resolveRelation } from '../../foundation/effects/effect-context.js';
import { embeddedStatements } from '../../foundation/effects/embedded-statements.js';
import { predictEffects } from '../../foundation/effects/predict-effects.js';
import { graphOf } from '../../foundation/effects/schema-graph.js';
import { parseOnce } from '../../foundation/sql/parse-once.js';
import { qualifiedName } from '../../foundation/sql/quote-identifier.js';
import { referencedRelations } from '../../foundation/sql/referenced-relations.js';
import { type LockMode, lockModes } from '../../model/locks.js';
import type { Migration } from '../../model/migration.js';
import type { Oid, Schema } from '../../model/schema.js';
import type { SourceSpan } from '../../model/sql-text.js';
import type { StatementError } from '../../model/trace.js';
import { sureOfHeld } from './locks/held-locks.js';
import type { JudgedMigration, JudgedStatement, UnparsedStatement } from './judged-statement.js';
import { settleByTrial, type Trial } from './rows/settle-by-trial.js';
import { parseMilliseconds } from './milliseconds.js';
import type { Policy } from './policy.js';
import type { RelationSize, RuleContext } from './rule-context.js';
import { advance, initialState, type ScriptState } from './script-state.js';

/** What is known of the database that the change is for. */
export interface Surroundings {
  readonly major: number;
  readonly policy: Policy;
  /** The schema before the statement at this place of the migration; null: only the text is known. */
  readonly schemaBefore: (statementIndex: number) => Schema | null;
  /** Sizes on the target, by report name. */
  readonly sizes: ReadonlyMap<string, RelationSize>;
  /** The text of the migration's own file, comments and all. */
  readonly text: string;
  /**
   * Given when the schemas are from before the whole change: report names of relations that it has changed already, of
   * which the schema no longer speaks the truth. Null: each schema is what its statement meets.
   */
  readonly changedBefore: ReadonlySet<string> | null;
  /** Given when the change was tried on a database all rows of which it made itself. */
  readonly trial?: Trial | null;
  /** Why a statement fails where the change was tried; null when nothing is known to fail. */
  readonly failure: StatementError | null;
}

/** Predicts the effects of each statement, with what its predecessors leave behind. Needs the parser to be loaded. */
export function judgeMigration(migration: Migration, surroundings: Surroundings): JudgedMigration {
  const statements: JudgedStatement[] = [];
  const contexts: RuleContext[] = [];
  const unparsed: UnparsedStatement[] = [];
  const changed = new Set(surroundings.changedBefore);
  let state = initialState(migration.transaction.mode !== 'none');
  let previous: RuleContext['previous'] = null;
  let trial = surroundings.trial ?? null;
  const before = oidsOf(surroundings.schemaBefore(0));
  for (const [index, statement] of migration.statements.entries()) {
    const parsed = parseOnce(statement);
    const node = parsed.ok ? parsed.tree.stmts?.[0]?.stmt : undefined;
    if (!parsed.ok) unparsed.push({ statement, reason: parsed.message, cursor: parsed.cursor });
    if (!parsed.ok || node === undefined) continue;
    const schema = believedSchema(parsed.tree, { state, surroundings, changed, index });
    const knowledge: Known = { state, surroundings, schema, before, previous };
    const context = ruleContext(migration, knowledge);
    const predicted = sureOfHeld(predictEffects(parsed.tree, context), state.heldModes);
    const tried = settleByTrial(predicted, { node, context, trial, index });
    trial = tried.trial;
    const judged: JudgedStatement = {
      statement,
      index,
      tree: parsed.tree,
      node,
      tag: tagOf(node),
      effects: tried.effects,
      inTransaction: state.inTransaction,
      inside: null,
    };
    const embedded = judgeEmbedded(judged, context, knowledge);
    statements.push(judged, ...embedded.map((one) => one.statement));
    contexts.push(context, ...embedded.map((one) => one.context));
    for (const { relation, mode } of tried.effects.locks) if (changes.has(mode)) changed.add(relation);
    state = advance(state, judged);
    previous = { statement: judged, context };
  }
  const { text, failure } = surroundings;
  return { migration, text, statements, contexts, unparsed, changed, failure, unsure: trial?.unsure ?? null };
}

interface Place extends Pick<Known, 'state' | 'surroundings'> {
  /** Report names of relations that the change has changed so far. */
  readonly changed: ReadonlySet<string>;
  readonly index: number;
}

/** The schema before a statement, unless it is from before the change and no longer true of what the statement names. */
function believedSchema(tree: ParseResult, { state, surroundings, changed, index }: Place): Schema | null {
  const known = surroundings.schemaBefore(index);
  if (surroundings.changedBefore === null) return known;
  const path = searchPathOf(state, known, surroundings.policy);
  return names(tree, path).some((name) => changed.has(name)) ? null : known;
}

interface JudgedInContext {
  readonly statement: JudgedStatement;
  readonly context: RuleContext;
}

/** The statements that a DO block or a called function runs. They share a transaction, whatever stands around them. */
function judgeEmbedded(holder: JudgedStatement, outer: RuleContext, knowledge: Known): readonly JudgedInContext[] {
  const judged: JudgedInContext[] = [];
  let state: ScriptState = { ...knowledge.state, inTransaction: true };
  for (const { tree, line, certainty, inside } of embeddedStatements(holder.node, outer, holder.statement.sql)) {
    const node = tree.stmts?.[0]?.stmt;
    if (node === undefined) continue;
    const context = ruleContext(outer.migration, {
      ...knowledge,
      state,
      previous: judged.at(-1) ?? knowledge.previous,
    });
    const predicted = predictEffects(tree, context);
    const effects = sureOfHeld({ ...predicted, ...atMost(certainty, predicted) }, state.heldModes);
    const statement: JudgedStatement = {
      statement: { ...holder.statement, span: spanAt(holder.statement.span, line) },
      index: holder.index,
      tree,
      node,
      tag: tagOf(node),
      effects,
      inTransaction: true,
      inside,
    };
    judged.push({ statement, context });
    // Code may commit on its way, so only what was held before it is surely still held.
    state = { ...advance(state, statement), heldModes: knowledge.state.heldModes };
  }
  return judged;
}

/** One line of the text that begins at a span's first line. */
function spanAt(span: SourceSpan, line: number): SourceSpan {
  const inFile = span.line + line - 1;
  return { ...span, line: inFile, column: line === 1 ? span.column : 1, endLine: inFile };
}

function oidsOf(schema: Schema | null): ReadonlySet<Oid> | null {
  return schema === null ? null : new Set(schema.relations.map((relation) => relation.oid));
}

/** Report names of the relations that a statement names. */
function names(tree: ParseResult, searchPath: readonly string[]): readonly string[] {
  return referencedRelations(tree).map(({ schema, name }) => qualifiedName(schema ?? searchPath[0] ?? 'public', name));
}

/** Work on rows leaves a relation's facts as they are; the locks of definitions begin at SHARE UPDATE EXCLUSIVE. */
const changes: ReadonlySet<LockMode> = new Set(lockModes.slice(lockModes.indexOf('ShareUpdateExclusiveLock')));

function tagOf(node: Node): NodeTag {
  return Object.keys(node)[0] as NodeTag;
}

interface Known {
  readonly state: ScriptState;
  readonly surroundings: Surroundings;
  readonly schema: Schema | null;
  /** What was there before the migration; null: only the text is known. */
  readonly before: ReadonlySet<Oid> | null;
  readonly previous: RuleContext['previous'];
}

interface AskedRelation {
  readonly range: Parameters<RuleContext['relation']>[0];
  readonly found: ReturnType<RuleContext['relation']>;
}

function ruleContext(migration: Migration, { state, surroundings, schema, before, previous }: Known): RuleContext {
  const { major, policy, sizes } = surroundings;
  // Dozens of rules ask for the relation of the same statement.
  let asked: AskedRelation | null = null;
  const context: RuleContext = {
    major,
    policy,
    migration,
    graph: schema === null ? null : graphOf(schema),
    searchPath: searchPathOf(state, schema, policy),
    settings: state.settings,
    previous,
    held: state.held,
    addedEnumValues: state.addedEnumValues,
    relation: (range) => {
      if (asked?.range !== range) asked = { range, found: resolveRelation(range, context) };
      return asked.found;
    },
    existing: (relation) => {
      if (context.graph === null || before === null) return !state.created.has(relation);
      const known = context.graph.relationNamed(relation);
      return known !== null && before.has(known.oid);
    },
    size: (relation) => sizes.get(relation) ?? null,
    timeoutMs: (setting) => {
      const value = state.settings.get(setting);
      return value === undefined ? null : parseMilliseconds(value);
    },
  };
  return context;
}

function searchPathOf(state: ScriptState, schema: Schema | null, policy: Policy): readonly string[] {
  if (schema !== null) return schema.searchPath;
  const set = state.settings.get('search_path');
  if (set === undefined) return policy.schemas;
  const path = set.split(', ').filter((name) => name !== '' && name !== '$user' && name !== 'pg_catalog');
  return path.length > 0 ? path : policy.schemas;
}
