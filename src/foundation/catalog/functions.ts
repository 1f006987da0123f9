import type { SchemaFunction } from '../../model/schema.js';
import { meaningOf } from './scope.js';

/** A SQL-standard body is kept as a parse tree, and to write it down the server locks the relations it names. */
export const functionsSql = `SELECT p.oid::text, s.nspname AS schema, p.proname AS name, p.prokind::text AS kind,
    p.pronargs AS argument_count, p.pronargdefaults AS default_count, pg_catalog.pg_get_function_arguments(p.oid) AS arguments_text,
    pg_catalog.pg_get_function_result(p.oid) AS result_text, l.lanname AS language,
    p.provolatile::text AS volatility,
    CASE WHEN p.prokind = 'a' THEN NULL WHEN p.prosqlbody IS NULL THEN p.prosrc
      ELSE pg_catalog.pg_get_function_sqlbody(p.oid) END AS body
  FROM pg_catalog.pg_proc p JOIN spaces s ON s.oid = p.pronamespace JOIN pg_catalog.pg_language l ON l.oid = p.prolang
  ORDER BY p.oid`;

export interface FunctionRow {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly argument_count: number;
  readonly default_count: number;
  readonly arguments_text: string;
  readonly result_text: string | null;
  readonly language: string;
  readonly volatility: string;
  readonly body: string | null;
}

const kinds: Readonly<Record<string, SchemaFunction['kind']>> = {
  f: 'function',
  p: 'procedure',
  a: 'aggregate',
  w: 'window',
};

const volatilities: Readonly<Record<string, SchemaFunction['volatility']>> = {
  i: 'immutable',
  s: 'stable',
  v: 'volatile',
};

export function toFunction(row: FunctionRow): SchemaFunction {
  return {
    oid: row.oid,
    schema: row.schema,
    name: row.name,
    kind: meaningOf(row.kind, kinds),
    argumentCount: row.argument_count,
    defaultCount: row.default_count,
    argumentsText: row.arguments_text,
    resultText: row.result_text,
    language: row.language,
    volatility: meaningOf(row.volatility, volatilities),
    body: row.body,
  };
}
