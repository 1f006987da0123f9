import type { DoStmt, Node, ParseResult } from '@pgsql/types';
import type { Certainty } from '../../model/effects.js';
import { unknownPart } from '../sql/plpgsql-dynamic.js';
import { referencedRelations } from '../sql/referenced-relations.js';
import { functionCalls } from './alter/volatility.js';
import type { EffectContext } from './effect-context.js';
import { type Body, type BodyStatement, functionBody } from './queries/bodies.js';
import { calledRoutines } from './queries/functions.js';
import { doBody } from './queries/run-code.js';

/** A statement that runs because another one runs its body. */
export interface EmbeddedInBody {
  readonly tree: ParseResult;
  /** 1-based, in the text of the statement that holds the body, or that calls the function. */
  readonly line: number;
  readonly certainty: Certainty;
  readonly inside: 'DO block' | 'function';
}

/** Calls within calls are followed this far. */
const deepest = 6;

/**
 * The statements that a DO block, CALL or `SELECT f()` runs, those of further calls among them. Of functions in queries
 * only those count that do more than read. Bodies of functions that are only made do not run. What is put together from
 * names that only the running code knows is left out. `sql` is the text of the statement. Needs the parser.
 */
export function embeddedStatements(node: Node, context: EffectContext, sql: string): readonly EmbeddedInBody[] {
  if ('DoStmt' in node) {
    const before = linesBefore(node.DoStmt, sql);
    const found = withCalled(doBody(node.DoStmt), 'DO block', { context, callers: [] });
    return found.map((one) => ({ ...one, line: one.line + before }));
  }
  if (!('CallStmt' in node || 'SelectStmt' in node)) return [];
  return inCalled(node, { context, callers: [] });
}

/** Lines of the text above the quote that opens the body; the parser counts bytes. */
function linesBefore({ args = [] }: DoStmt, sql: string): number {
  const body = args.find((node) => 'DefElem' in node && node.DefElem.defname === 'as');
  const offset = body !== undefined && 'DefElem' in body ? (body.DefElem.location ?? 0) : 0;
  return Buffer.from(sql).toString('utf8', 0, offset).split('\n').length - 1;
}

interface Walk {
  readonly context: EffectContext;
  readonly callers: readonly string[];
}

function withCalled(body: Body, inside: EmbeddedInBody['inside'], walk: Walk): readonly EmbeddedInBody[] {
  return body.statements
    .filter(namesAreKnown)
    .flatMap((statement) => [
      placed(statement, inside),
      ...(statement.tree.stmts ?? []).flatMap(({ stmt }) =>
        stmt === undefined ? [] : inCalled(stmt, walk).map((inner) => within(inner, statement)),
      ),
    ]);
}

function namesAreKnown({ tree, isTemplate }: BodyStatement): boolean {
  return (
    !isTemplate || referencedRelations(tree).every(({ schema, name }) => !`${schema}.${name}`.includes(unknownPart))
  );
}

function placed({ tree, line, certainty }: BodyStatement, inside: EmbeddedInBody['inside']): EmbeddedInBody {
  return { tree, line: inside === 'DO block' ? line : 1, certainty, inside };
}

/** What a called function holds happens where it is called. */
function within(inner: EmbeddedInBody, { line, certainty }: BodyStatement): EmbeddedInBody {
  return { ...inner, line, certainty: certainty === 'possible' ? certainty : inner.certainty };
}

function inCalled(node: Node, { context, callers }: Walk): readonly EmbeddedInBody[] {
  if (callers.length >= deepest || context.graph === null) return [];
  const calls = 'CallStmt' in node ? [node.CallStmt.funccall ?? {}, ...functionCalls(node)] : functionCalls(node);
  const routines = new Set(calls.flatMap((call) => calledRoutines(call, context)));
  const sure = routines.size === 1 && ('CallStmt' in node || isPlainCall(node));
  return [...routines].flatMap((routine) => {
    if (callers.includes(routine.oid)) return [];
    const found = withCalled(functionBody(routine), 'function', { context, callers: [...callers, routine.oid] });
    if (found.every(({ tree }) => onlyReads(tree))) return [];
    return sure ? found : found.map((one): EmbeddedInBody => ({ ...one, certainty: 'possible' }));
  });
}

/** `SELECT f()`, without a FROM or WHERE on which the call could depend. */
function isPlainCall(node: Node): boolean {
  return 'SelectStmt' in node && node.SelectStmt.fromClause === undefined && node.SelectStmt.whereClause === undefined;
}

function onlyReads({ stmts = [] }: ParseResult): boolean {
  return stmts.every(({ stmt }) => stmt !== undefined && 'SelectStmt' in stmt);
}
