import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { cutOut, findWord } from '../../../../../foundation/sql/slice-source.js';
import type { DataTest } from './data-condition.js';

/** What `ALTER COLUMN … TYPE …` asks: that every value can be converted. The texts are cut out of the clause. */
export function typeChange(column: string, clause: string): DataTest {
  const word = findWord(clause, 'type');
  if (word === null) return { kind: 'uncounted' };
  const using = findWord(clause, 'using', word);
  const collate = findWord(clause, 'collate', word);
  const end = Math.min(using ?? clause.length, collate ?? clause.length);
  const type = cutOut(clause, word + 'type'.length, end);
  const value = using === null ? `c.${quoteIdentifier(column)}` : `(${cutOut(clause, using + 'using'.length)})`;
  return { kind: 'conversion', column, type, value, tooLong: tooLong(value, type) };
}

/** An explicit cast would cut; ALTER TABLE refuses what is too long, unless only blanks are cut. Null for other types. */
function tooLong(value: string, type: string): string | null {
  const length = /^(?:character\s+varying|varchar|character|char|bpchar)\s*\(\s*(\d+)\s*\)$/i.exec(type)?.[1];
  if (length === undefined) return null;
  return `pg_catalog.btrim(pg_catalog.substr(${value}::pg_catalog.text, ${Number(length) + 1}), ' ') <> ''`;
}

const ladder = ['smallint', 'integer', 'bigint', 'numeric'];
const aliases: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int: 'integer',
  int4: 'integer',
  int8: 'bigint',
  decimal: 'numeric',
  varchar: 'character varying',
  timestamptz: 'timestamp with time zone',
};

/** Whether every value of a type, as format_type writes it, is one of another, as a script writes it: nothing is to be counted. */
export function holdsAll(from: string, to: string): boolean {
  const [old, next] = [modifierOf(from), modifierOf(to)];
  if (next.name === 'text' || (old.name === next.name && old.modifier === next.modifier)) return true;
  if (next.name === 'character varying') {
    return (
      next.modifier === null ||
      (old.name === next.name && old.modifier !== null && Number(old.modifier) <= Number(next.modifier))
    );
  }
  const [lower, upper] = [ladder.indexOf(old.name), ladder.indexOf(next.name)];
  return lower >= 0 && upper >= lower && next.modifier === null;
}

function modifierOf(type: string): { readonly name: string; readonly modifier: string | null } {
  const [, name = '', modifier] =
    /^([^(]*?)\s*(?:\(([^)]*)\))?$/.exec(type.toLowerCase().replaceAll(/\s+/g, ' ').trim()) ?? [];
  return { name: aliases[name] ?? name, modifier: modifier?.replaceAll(' ', '') ?? null };
}
