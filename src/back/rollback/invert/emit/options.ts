import type { JsonValue } from '../../../../model/json.js';
import { quoteIdentifier, quoteLiteral } from '../../../../foundation/sql/quote-identifier.js';
import type { Piece } from '../piece.js';

export type Options = Readonly<Record<string, string>>;

export function optionsOf(piece: Piece, fact: string): Options {
  const value: JsonValue | undefined = piece.facts[fact];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, typeof one === 'string' ? one : JSON.stringify(one)]),
  );
}

/** `a='1', b='2'` as WITH and SET take them. */
export function optionList(options: Options, prefix = ''): readonly string[] {
  return Object.entries(options).map(([name, value]) => `${prefix}${quoteIdentifier(name)}=${quoteLiteral(value)}`);
}

/** ` WITH (…)`, or nothing. */
export function withClause(items: readonly string[]): string {
  return items.length === 0 ? '' : ` WITH (${items.join(', ')})`;
}

/** `RESET (…)` and `SET (…)` that lead from one set of options to another. */
export function optionChanges(from: Options, to: Options, prefix = ''): readonly string[] {
  const lost = Object.keys(from).filter((name) => !(name in to));
  const set = Object.fromEntries(Object.entries(to).filter(([name, value]) => from[name] !== value));
  return [
    ...(lost.length === 0 ? [] : [`RESET (${lost.map((name) => `${prefix}${quoteIdentifier(name)}`).join(', ')})`]),
    ...(Object.keys(set).length === 0 ? [] : [`SET (${optionList(set, prefix).join(', ')})`]),
  ];
}

/** `OPTIONS (…)` of a foreign-data wrapper, or nothing. */
export function wrapperClause(options: Options): readonly string[] {
  const items = Object.entries(options).map(([name, value]) => `${quoteIdentifier(name)} ${quoteLiteral(value)}`);
  return items.length === 0 ? [] : [`OPTIONS (${items.join(', ')})`];
}

/** `OPTIONS (ADD …, SET …, DROP …)`, or nothing. */
export function wrapperChanges(from: Options, to: Options): readonly string[] {
  const items = [
    ...Object.keys(from)
      .filter((name) => !(name in to))
      .map((name) => `DROP ${quoteIdentifier(name)}`),
    ...Object.entries(to)
      .filter(([name, value]) => from[name] !== value)
      .map(([name, value]) => `${name in from ? 'SET' : 'ADD'} ${quoteIdentifier(name)} ${quoteLiteral(value)}`),
  ];
  return items.length === 0 ? [] : [`OPTIONS (${items.join(', ')})`];
}
