import type { FuncCall, Node, SelectStmt, SQLValueFunction } from '@pgsql/types';
import { functionName } from '../../../foundation/effects/alter/volatility.js';
import { builtinVolatility } from '../../../foundation/effects/alter/volatile-functions.js';
import type { EffectContext } from '../../../foundation/effects/effect-context.js';
import { type Body, functionBody } from '../../../foundation/effects/queries/bodies.js';
import { calledRoutines } from '../../../foundation/effects/queries/functions.js';
import { doBody } from '../../../foundation/effects/queries/run-code.js';
import type { SchemaFunction } from '../../../model/schema.js';

/** Computed from their arguments or from rows alone; more than what defaults are made of. */
const plain: ReadonlySet<string> = new Set(
  (
    'count sum min max avg bool_and bool_or every array_agg string_agg json_agg jsonb_agg json_object_agg ' +
    'jsonb_object_agg row_number rank dense_rank lag lead first_value last_value unnest generate_series ' +
    'jsonb_array_elements jsonb_array_elements_text json_array_elements json_array_elements_text jsonb_object_keys ' +
    'json_object_keys jsonb_each jsonb_each_text json_each json_each_text jsonb_set jsonb_insert jsonb_typeof ' +
    'json_typeof jsonb_array_length json_array_length jsonb_strip_nulls jsonb_extract_path jsonb_extract_path_text ' +
    'array_remove array_replace array_position array_prepend regexp_match regexp_matches regexp_split_to_array ' +
    'regexp_split_to_table regexp_substr regexp_count nextval setval pg_get_serial_sequence'
  ).split(' '),
);

/** Each time another value, which tells nothing about which rows there are as long as it only goes into them. */
const fresh: ReadonlySet<string> = new Set(
  (
    'now transaction_timestamp statement_timestamp clock_timestamp timeofday random gen_random_uuid uuidv4 uuidv7 ' +
    'uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 gen_random_bytes age'
  ).split(' '),
);

/** Who asks, where, or what the server is set to. */
const surroundings = /^(?:pg_|inet_|txid_|current_|session_user|version$|user$)/;

interface Reading {
  readonly context: EffectContext;
  /** Whether values of the moment may stand here: they are written down and decide nothing. */
  readonly written: boolean;
  /** Whether calls happen once and for certain: in a SELECT without FROM. */
  readonly calls: boolean;
  readonly callers: readonly string[];
}

/**
 * Whether what a statement does to which rows is decided by rows alone: not by the clock, chance, who runs it, settings or
 * the system's own catalogs. False where that cannot be told.
 */
export function dependsOnRows(node: Node, context: EffectContext): boolean {
  if ('DoStmt' in node) return bodyDepends(doBody(node.DoStmt), { context, written: false, calls: true, callers: [] });
  if ('CopyStmt' in node || 'ExecuteStmt' in node) return false;
  return depends(node, { context, written: true, calls: 'CallStmt' in node, callers: [] });
}

/** The same of a function that a trigger calls. */
export function routineDependsOnRows(routine: SchemaFunction, context: EffectContext): boolean {
  return routineDepends(routine, { context, written: false, calls: true, callers: [] });
}

function routineDepends(routine: SchemaFunction, reading: Reading): boolean {
  if (reading.callers.includes(routine.oid)) return true;
  if (routine.language !== 'sql' && routine.language !== 'plpgsql') return false;
  return bodyDepends(functionBody(routine), { ...reading, callers: [...reading.callers, routine.oid] });
}

function bodyDepends({ statements, unanalysed }: Body, reading: Reading): boolean {
  return (
    unanalysed.length === 0 &&
    statements.every(({ tree, isTemplate }) => !isTemplate && depends(tree.stmts, { ...reading, written: false }))
  );
}

function depends(value: unknown, reading: Reading): boolean {
  if (Array.isArray(value)) return value.every((item) => depends(item, reading));
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([tag, fields]: readonly [string, unknown]) => {
    const special = specials[tag];
    if (special !== undefined) return special(fields as never, reading);
    return depends(fields, placed(tag, reading));
  });
}

/** Lists of what is written or returned; all else may decide. */
function placed(key: string, reading: Reading): Reading {
  if (
    /^(?:whereClause|havingClause|quals|joinCondition|mergeWhenClauses|onConflictClause|limitCount|limitOffset|groupClause|distinctClause|sortClause|ctequery|subquery)$/.test(
      key,
    )
  ) {
    return { ...reading, written: false, calls: false };
  }
  return reading;
}

const specials: Readonly<Record<string, (fields: never, reading: Reading) => boolean>> = {
  FuncCall: callDepends,
  SelectStmt: selectDepends,
  SubLink: (fields: object, reading) => depends(Object.values(fields), { ...reading, written: false, calls: false }),
  SQLValueFunction: ({ op = 'SVFOP_CURRENT_USER' }: SQLValueFunction, { written }) => written && /DATE|TIME/.test(op),
  RangeVar: ({ schemaname, relname = '' }: { readonly schemaname?: string; readonly relname?: string }) =>
    schemaname === undefined ? !relname.startsWith('pg_') : !/^(?:pg_catalog|information_schema)$/.test(schemaname),
  CopyStmt: () => false,
  ExecuteStmt: () => false,
};

function selectDepends(select: SelectStmt, reading: Reading): boolean {
  const calls = reading.calls || isTop(reading);
  return depends(
    Object.entries(select).map(([key, field]) => ({ [key]: field })),
    {
      ...reading,
      calls: calls && select.fromClause === undefined && select.whereClause === undefined,
    },
  );
}

/** At the statement itself. */
function isTop({ written, callers }: Reading): boolean {
  return written && callers.length === 0;
}

function callDepends(call: FuncCall, reading: Reading): boolean {
  const { schema, name } = functionName(call);
  if (!depends([call.args, call.agg_filter, call.agg_order, call.over], reading)) return false;
  if (fresh.has(name)) return reading.written;
  const routines = schema === 'pg_catalog' ? [] : calledRoutines(call, reading.context);
  if (routines.length > 0) return reading.calls && routines.every((one) => routineDepends(one, reading));
  if (plain.has(name)) return true;
  return !surroundings.test(name) && builtinVolatility(name, reading.context.major) === 'steady';
}
