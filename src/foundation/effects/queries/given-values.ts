import type { Node } from '@pgsql/types';
import type { SchemaColumn, SchemaRelation } from '../../../model/schema.js';
import type { InsertedValues } from './column-defaults.js';
import type { GivenValue } from './foreign-keys.js';
import { constantOf } from './partition-values.js';

type Given = ReturnType<GivenValue>;

/** Whether the rows that an INSERT brings have a value in a column; of several rows one with a value counts. */
export function givenValues(table: SchemaRelation, values: Pick<InsertedValues, 'columns' | 'rows'>): GivenValue {
  return (name) => {
    const column = table.columns.find((one) => one.name === name);
    const { columns, rows } = values;
    if (column === undefined || columns === null) return 'unknown';
    const position = columns.indexOf(name);
    if (position < 0) return defaultGiven(column);
    if (rows === null) return 'unknown';
    const found = rows.map((row) => itemGiven(row[position], column));
    if (found.includes('value'))
      return rows.length === 1 || found.every((one) => one === 'value') ? 'value' : 'unknown';
    return found.includes('unknown') ? 'unknown' : 'null';
  };
}

function defaultGiven({ default: text, identity }: SchemaColumn): Given {
  if (identity) return 'value';
  if (text === null) return 'null';
  return /^NULL\b/i.test(text) ? 'null' : 'unknown';
}

function itemGiven(item: Node | undefined, column: SchemaColumn): Given {
  if (item === undefined) return 'unknown';
  if ('SetToDefault' in item) return defaultGiven(column);
  const constant = constantOf(item);
  if (constant === null) return 'unknown';
  return constant.text === null ? 'null' : 'value';
}
