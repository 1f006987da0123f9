import type { DataDifference } from '../../../foundation/integrity/find-data-differences.js';
import type { JsonValue } from '../../../model/json.js';
import type { FactDifference, ObjectDifference } from '../../../model/schema-snapshot.js';

const longestValue = 300;

/** One line for an object that is gone or left over, one for each fact that is not what it was. */
export function describeObject(difference: ObjectDifference): readonly string[] {
  const name = `${difference.kind} ${difference.identity}`;
  switch (difference.change) {
    case 'removed':
      return [`${name} is missing`];
    case 'added':
      return [`${name} is left over`];
    case 'changed':
      return difference.facts.map((fact) => `${name}: ${describeFact(fact)}`);
    default:
      return difference satisfies never;
  }
}

function describeFact({ fact, before, after }: FactDifference): string {
  const words = fact.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  if (before === undefined) return `${words} is ${inWords(after)}, there was none`;
  if (after === undefined) return `${words} is lost, it was ${inWords(before)}`;
  return `${words} is ${inWords(after)}, it was ${inWords(before)}`;
}

function inWords(value: JsonValue | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

/** One line for each table whose rows are not what they were. */
export function describeData(difference: DataDifference): string {
  switch (difference.kind) {
    case 'table-gone':
      return `rows of ${difference.relation}: all ${difference.rowsBefore} are lost with their table`;
    case 'columns-gone':
      return `rows of ${difference.relation}: the values of ${difference.columns.join(', ')} are lost in ${difference.rowsBefore} rows`;
    case 'count':
      return `rows of ${difference.relation}: there are ${difference.rowsAfter}, there were ${difference.rowsBefore}`;
    case 'values':
      return `rows of ${difference.relation}: values differ (${difference.rows} rows)`;
    default:
      return difference satisfies never;
  }
}
