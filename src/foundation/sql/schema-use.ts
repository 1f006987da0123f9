import type { ParseResult } from '@pgsql/types';
import type { RelationRef } from './referenced-relations.js';

/** Which schemas a statement speaks of, and what it does there. */
export interface SchemaUse {
  /** Schemas that stand in front of names, or are themselves what the statement is about. */
  readonly schemas: ReadonlySet<string>;
  /** What it makes, as it names it. */
  readonly makes: readonly RelationRef[];
  /** What it changes, writes to or drops, as it names it. */
  readonly changes: readonly RelationRef[];
  /** It says itself that it may find its work done: IF NOT EXISTS, IF EXISTS, OR REPLACE, ON CONFLICT. */
  readonly repeatable: boolean;
  /** It decides where later statements look for names. */
  readonly setsSearchPath: boolean;
}

/** Pure. */
export function schemaUse(tree: ParseResult): SchemaUse {
  const walk: Walk = { schemas: new Set(), makes: [], changes: [], setsSearchPath: false, expressions: new Set() };
  const statements: Fields[] = [];
  visit(tree, walk, statements);
  const known = ({ schema, name }: RelationRef): boolean => schema !== null || !walk.expressions.has(name);
  return {
    schemas: walk.schemas,
    makes: walk.makes,
    changes: walk.changes.filter(known),
    repeatable: statements.length > 0 && statements.every(isRepeatable),
    setsSearchPath: walk.setsSearchPath,
  };
}

interface Walk {
  readonly schemas: Set<string>;
  readonly makes: RelationRef[];
  readonly changes: RelationRef[];
  /** Names of common table expressions. */
  readonly expressions: Set<string>;
  setsSearchPath: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const making: ReadonlySet<string> = new Set([
  'CompositeTypeStmt',
  'CreateDomainStmt',
  'CreateEnumStmt',
  'CreateForeignTableStmt',
  'CreateFunctionStmt',
  'CreateRangeStmt',
  'CreateSeqStmt',
  'CreateStmt',
  'CreateTableAsStmt',
  'DefineStmt',
  'ViewStmt',
]);

/** What they do is the same when it is done again, or no change of what others share. */
const harmless: ReadonlySet<string> = new Set([
  'ClusterStmt',
  'CommentStmt',
  'GrantStmt',
  'LockStmt',
  'ReindexStmt',
  'SecLabelStmt',
  'SelectStmt',
  'VacuumStmt',
]);

function visit(value: unknown, walk: Walk, statements: Fields[]): void {
  if (Array.isArray(value)) {
    noteQualified(value, walk);
    for (const item of value) visit(item, walk, statements);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Fields;
  for (const key of ['schemaname', 'newschema']) {
    const schema = fields[key];
    if (typeof schema === 'string' && schema !== '') walk.schemas.add(schema);
  }
  if (typeof fields['ctename'] === 'string') walk.expressions.add(fields['ctename']);
  for (const [key, inner] of Object.entries(fields)) {
    // What stands before a column is mostly a table.
    if (typeof inner !== 'object' || inner === null || key === 'ColumnRef') continue;
    noteStatement(key, inner as Fields, { walk, statements });
    visit(key.endsWith('FunctionStmt') ? withoutSettings(inner) : inner, walk, statements);
  }
}

/** The settings of a function are its own. */
function withoutSettings(statement: object): Fields {
  return { ...statement, options: null, actions: null };
}

interface Noting {
  readonly walk: Walk;
  readonly statements: Fields[];
}

function noteStatement(tag: string, fields: Fields, { walk, statements }: Noting): void {
  // A role's or a database's setting stands under `setstmt`.
  if ((tag === 'VariableSetStmt' || tag === 'setstmt') && fields['name'] === 'search_path')
    walk.setsSearchPath ||= setsValue(fields);
  if (tag === 'FuncCall' && callsSetConfig(fields)) walk.setsSearchPath = true;
  if (tag === 'DoStmt' && /search_path/i.test(JSON.stringify(fields))) walk.setsSearchPath = true;
  if (!tag.endsWith('Stmt') || harmless.has(tag)) return;
  for (const schema of schemasChanged(fields)) walk.schemas.add(schema);
  const targets = tag === 'CopyStmt' && fields['is_from'] !== true ? [] : targetsOf(fields);
  if (targets.length > 0) statements.push(fields);
  (making.has(tag) ? walk.makes : walk.changes).push(...targets);
}

function setsValue({ kind }: Fields): boolean {
  return kind === 'VAR_SET_VALUE' || kind === 'VAR_SET_CURRENT' || kind === undefined;
}

function callsSetConfig({ funcname, args }: Fields): boolean {
  return namesOf(funcname).at(-1) === 'set_config' && /"sval":"search_path"/i.test(JSON.stringify(args ?? null));
}

function schemasChanged({ removeType, objects, renameType, subname }: Fields): readonly string[] {
  if (renameType === 'OBJECT_SCHEMA') return [String(subname)];
  return removeType === 'OBJECT_SCHEMA' ? namesOf(objects) : [];
}

/** A list of names, the first of them a schema: of a function, a type, something that is dropped. */
function noteQualified(items: readonly unknown[], walk: Walk): void {
  const names = namesOf(items);
  if (names.length === items.length && names.length > 1 && names[0] !== undefined) walk.schemas.add(names[0]);
}

/** Range variables and lists of names that say what a statement is about. */
function targetsOf(fields: Fields): readonly RelationRef[] {
  const ranges = ['relation', 'view', 'sequence', 'table', 'typevar'].flatMap((key) => rangeOf(fields[key]));
  const into = (fields['into'] as Fields | undefined)?.['rel'];
  const several = Array.isArray(fields['relations']) ? fields['relations'].flatMap(rangeOf) : [];
  const ofFunction = fields['trigname'] === undefined ? ['funcname'] : [];
  const keys = [...ofFunction, 'typeName', 'domainname', 'defnames', 'object', 'func'];
  const lists = keys.flatMap((key) => listOf(fields[key]));
  const dropped = Array.isArray(fields['objects']) ? fields['objects'].flatMap(listOf) : [];
  return [...ranges, ...rangeOf(into), ...several, ...lists, ...dropped];
}

function rangeOf(value: unknown): readonly RelationRef[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Fields;
  const range = (fields['RangeVar'] ?? fields) as Fields;
  const { relname, schemaname, relpersistence } = range as {
    relname?: string;
    schemaname?: string;
    relpersistence?: string;
  };
  if (relname === undefined || relpersistence === 't') return [];
  return [{ schema: schemaname ?? null, name: relname }];
}

function listOf(value: unknown): readonly RelationRef[] {
  const parts = namesOf(value);
  const name = parts.at(-1);
  return name === undefined ? [] : [{ schema: parts.length > 1 ? (parts[0] ?? null) : null, name }];
}

/** The parts of a name, from a list of strings, a List, a TypeName or an ObjectWithArgs; empty for anything else. */
function namesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown) => {
      const text = (item as { readonly String?: { readonly sval?: string } } | null)?.String;
      return text === undefined ? [] : [text.sval ?? ''];
    });
  }
  if (typeof value !== 'object' || value === null) return [];
  const { List, TypeName, ObjectWithArgs = value } = value as Readonly<Record<string, Fields | undefined>>;
  return namesOf(List?.['items'] ?? TypeName?.['names'] ?? (ObjectWithArgs as Fields)['objname']);
}

function isRepeatable(fields: Fields): boolean {
  const { if_not_exists: ifNotExists, missing_ok: missingOk, replace, onConflictClause, cmds } = fields;
  if (fields['skipIfNewValExists'] === true) return true;
  if (ifNotExists === true || missingOk === true || replace === true || onConflictClause !== undefined) return true;
  const commands = Array.isArray(cmds) ? cmds.map((one) => (one as { AlterTableCmd?: Fields }).AlterTableCmd) : [];
  return commands.length > 0 && commands.every((one) => one?.['missing_ok'] === true);
}
