import type { ColumnDef, Node } from '@pgsql/types';
import { typeNameParts } from '../../../../../foundation/effects/tree-names.js';
import { characterAt } from '../../../../../foundation/sql/slice-source.js';
import type { RuleContext } from '../../../rule-context.js';
import type { SchemaColumn } from '../../../../../model/schema.js';
import { columnOf } from '../../../alter-commands.js';
import type { AlteredTable } from '../altered-table.js';
import type { AlterSource } from '../safe-sql/alter-source.js';

/** A column that ALTER COLUMN TYPE changes. */
export interface TypedColumn {
  readonly index: number;
  readonly name: string;
  readonly definition: ColumnDef;
  /** As it is; null by the text alone. */
  readonly before: SchemaColumn | null;
}

export function typedColumns({ commands, table }: AlteredTable): readonly TypedColumn[] {
  return commands.flatMap((command, index) => {
    const definition = command.subtype === 'AT_AlterColumnType' ? columnOf(command) : null;
    if (definition === null) return [];
    const name = command.name ?? '';
    return [{ index, name, definition, before: table.facts?.columns.find((column) => column.name === name) ?? null }];
  });
}

/** The new type with its COLLATE, and the expression of USING, as they stand there. */
export function wordsOfType(
  { clauses, starts, sql }: AlterSource,
  { index, definition }: TypedColumn,
): { readonly type: string; readonly using: string | null } {
  const end = (starts[index] ?? 0) + (clauses[index] ?? '').length;
  const text = sql.slice(characterAt(sql, definition.typeName?.location ?? 0), end);
  const using = definition.raw_default === undefined ? null : /\busing\b/i.exec(text);
  if (using === null) return { type: text.trim(), using: null };
  return { type: text.slice(0, using.index).trim(), using: text.slice(using.index + using[0].length).trim() };
}

const zoneTypes: ReadonlySet<string> = new Set(['timestamp', 'timestamptz']);

/**
 * Whether one kind of timestamp becomes the other. By the text alone the old type is not known; then the new one, and a
 * USING that is at most AT TIME ZONE of the column, speak for it.
 */
export function changesZone({ definition, name, before }: TypedColumn, { graph }: RuleContext): boolean {
  if (!zoneTypes.has(typeNameParts(definition.typeName).at(-1) ?? '')) return false;
  const { raw_default: using } = definition;
  if (using !== undefined && zoneOf(using) === null && !isColumn(using, name)) return false;
  if (before === null || graph === null) return true;
  const old = graph.type(before.type)?.name ?? '';
  return zoneTypes.has(old) && old !== typeNameParts(definition.typeName).at(-1);
}

/** The time zone of `column AT TIME ZONE 'zone'`; null for all else. */
export function zoneOf(using: Node): string | null {
  if (!('FuncCall' in using)) return null;
  const { funcname, args } = using.FuncCall;
  const last = funcname?.at(-1);
  const [zone] = args ?? [];
  if (last === undefined || !('String' in last) || last.String.sval !== 'timezone') return null;
  return zone !== undefined && 'A_Const' in zone ? (zone.A_Const.sval?.sval ?? null) : null;
}

function isColumn(using: Node, name: string): boolean {
  if ('TypeCast' in using) return using.TypeCast.arg !== undefined && isColumn(using.TypeCast.arg, name);
  if (!('ColumnRef' in using)) return false;
  const last = using.ColumnRef.fields?.at(-1);
  return last !== undefined && 'String' in last && last.String.sval === name;
}
