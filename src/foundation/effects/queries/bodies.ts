import type { Node, ParseResult } from '@pgsql/types';
import type { Certainty } from '../../../model/effects.js';
import type { SchemaFunction } from '../../../model/schema.js';
import { parseStatement } from '../../sql/parse.js';
import { type EmbeddedStatement, parsePlpgsql } from '../../sql/plpgsql.js';
import { firstEarlyReturn } from './early-return.js';

/** A statement in the body of a function, procedure or DO block. */
export interface BodyStatement {
  readonly tree: ParseResult;
  /** 1-based, counted from the line on which the body begins. */
  readonly line: number;
  /** `possible` in branches, loops and guarded blocks, and where the code may have returned before. */
  readonly certainty: Certainty;
  /** Parts of it are known only when it runs; `unknownPart` stands for them. */
  readonly isTemplate: boolean;
}

export interface Body {
  readonly statements: readonly BodyStatement[];
  /** What could not be analysed, in words. */
  readonly unanalysed: readonly string[];
}

const nothing: Body = { statements: [], unanalysed: [] };
const bodies = new WeakMap<SchemaFunction, Body>();

/** The statements that a function or procedure runs, read once. Needs the parser to be loaded. */
export function functionBody(routine: SchemaFunction): Body {
  const known = bodies.get(routine);
  if (known !== undefined) return known;
  const body = readFunction(routine);
  bodies.set(routine, body);
  return body;
}

function readFunction({ language, body, schema, name, kind, argumentsText, resultText }: SchemaFunction): Body {
  if (kind === 'aggregate' || kind === 'window') return nothing;
  // What a library does cannot be read, and most of them compute values.
  if (language === 'c' || language === 'internal') return nothing;
  const what = `${kind} ${schema}.${name}`;
  if (body === null) return unreadable(`${what}: its body could not be read`);
  if (language === 'sql') return readSql(body, what);
  if (language !== 'plpgsql') return unreadable(`${what}: a body in the language ${language}`);
  const result = kind === 'procedure' || resultText === null ? '' : ` RETURNS ${resultText}`;
  return readPlpgsql(
    { head: `CREATE ${kind.toUpperCase()} body(${argumentsText})${result} LANGUAGE plpgsql AS `, body },
    what,
  );
}

function unreadable(reason: string): Body {
  return { statements: [], unanalysed: [reason] };
}

function readSql(body: string, what: string): Body {
  if (body.trim() === '') return nothing;
  const parsed = parseStatement(body);
  if (parsed.ok && !/^\s*BEGIN\s+ATOMIC/i.test(body)) {
    return {
      statements: (parsed.tree.stmts ?? []).flatMap(({ stmt }) => (stmt === undefined ? [] : [straight(stmt)])),
      unanalysed: [],
    };
  }
  const standard = parseStatement(`CREATE FUNCTION body() RETURNS void ${body}`);
  const stmt = standard.ok ? standard.tree.stmts?.[0]?.stmt : undefined;
  if (stmt === undefined || !('CreateFunctionStmt' in stmt)) return unreadable(`${what}: not analysed`);
  return { statements: sqlStatements(stmt.CreateFunctionStmt.sql_body), unanalysed: [] };
}

/** BEGIN ATOMIC holds a list of lists; RETURN stands alone. */
function sqlStatements(node: Node | undefined): readonly BodyStatement[] {
  if (node === undefined) return [];
  if ('List' in node) return (node.List.items ?? []).flatMap(sqlStatements);
  if (!('ReturnStmt' in node)) return [straight(node)];
  const { returnval } = node.ReturnStmt;
  if (returnval === undefined) return [];
  return [straight({ SelectStmt: { targetList: [{ ResTarget: { val: returnval } }], op: 'SETOP_NONE' } })];
}

function straight(stmt: Node): BodyStatement {
  return { tree: { version: 0, stmts: [{ stmt }] }, line: 1, certainty: 'certain', isTemplate: false };
}

/** The body of a DO block; `what` names it in words. */
export function blockBody(body: string, what: string): Body {
  return readPlpgsql({ head: 'DO ', body }, what);
}

interface Code {
  readonly head: string;
  readonly body: string;
}

function readPlpgsql({ head, body }: Code, what: string): Body {
  const tag = freeTag(body);
  const parsed = parsePlpgsql(`${head}${tag}${body}${tag}`);
  if (!parsed.ok) return unreadable(`${what}: ${parsed.reason}`);
  const returns = firstEarlyReturn(body);
  const statements: BodyStatement[] = [];
  const reasons: string[] = [];
  for (const item of parsed.statements) {
    const read = readItem(item, returns);
    if (typeof read === 'string') reasons.push(`${what}: ${read}`);
    else statements.push(...read);
  }
  return { statements, unanalysed: reasons };
}

/** A dollar quote that the body does not hold. */
function freeTag(body: string): string {
  let tag = '$body$';
  for (let number = 0; body.includes(tag.slice(0, -1)); number += 1) tag = `$body${number}$`;
  return tag;
}

function readItem(item: EmbeddedStatement, returns: EarlyReturn): readonly BodyStatement[] | string {
  if (item.kind === 'commit' || item.kind === 'rollback') return [];
  if (!('sql' in item)) return 'EXECUTE of a text that is only known when it runs';
  const parsed = parseStatement(item.sql);
  if (!parsed.ok)
    return item.kind === 'template' ? `EXECUTE of a text that is only known when it runs` : parsed.message;
  const certainty = item.within.length > 0 || returns(item) ? 'possible' : 'certain';
  return (parsed.tree.stmts ?? []).map((stmt) => ({
    tree: { ...parsed.tree, stmts: [stmt] },
    line: item.line,
    certainty,
    isTemplate: item.kind === 'template',
  }));
}

type EarlyReturn = ReturnType<typeof firstEarlyReturn>;
