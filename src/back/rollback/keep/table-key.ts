import type { JsonValue } from '../../../model/json.js';
import type { Piece } from '../invert/piece.js';
import { leadingNames, ownName } from '../invert/sql-names.js';

const list = String.raw`\(((?:"(?:[^"]|"")*"|[^()"])+)\)`;
const keyPattern = new RegExp(String.raw`^(?:PRIMARY KEY|UNIQUE(?: NULLS NOT DISTINCT)?) ${list}`);
const referencePattern = new RegExp(String.raw`^FOREIGN KEY ${list} REFERENCES ([^(]+)${list}`);

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Names of a list, still quoted. */
function namesIn(text: string): readonly string[] {
  return (text.match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? []).flatMap((name) => leadingNames(name));
}

/** Columns that tell the rows of a table apart, quoted: of its primary key, or of a key that takes no NULL; else null. */
export function keyColumns(parts: readonly Piece[], usable: (column: string) => boolean): readonly string[] | null {
  const strict = new Set(
    parts.flatMap(({ kind, facts, identity }) =>
      kind === 'column' && facts['notNull'] === true ? [ownName(identity)] : [],
    ),
  );
  const keys = parts
    .filter(({ kind, facts }) => kind === 'constraint' && ['primary key', 'unique'].includes(textOf(facts['type'])))
    .toSorted((left, right) => textOf(left.facts['type']).localeCompare(textOf(right.facts['type'])))
    .flatMap(({ facts }) => {
      const definition = textOf(facts['definition']);
      // Ranges that do not overlap are no values that differ.
      const columns = definition.includes('WITHOUT OVERLAPS') ? undefined : keyPattern.exec(definition)?.[1];
      return columns === undefined ? [] : [namesIn(columns)];
    });
  return keys.find((columns) => columns.every((column) => strict.has(column) && usable(column))) ?? null;
}

export interface Reference {
  readonly from: string;
  readonly to: string;
  /** Pairs of columns, quoted. */
  readonly columns: readonly (readonly [from: string, to: string])[];
}

/** Foreign keys among tables, by their definitions. */
export function referencesOf(pieces: readonly Piece[]): readonly Reference[] {
  return pieces.flatMap(({ kind, facts, parent }) => {
    const found = kind === 'constraint' ? referencePattern.exec(textOf(facts['definition'])) : null;
    if (found === null || parent === null) return [];
    const [, own = '', to = '', others = ''] = found;
    const targets = namesIn(others);
    const columns = namesIn(own).map((column, at) => [column, targets[at] ?? column] as const);
    return [{ from: parent.replace(/^table /, ''), to: leadingNames(to).join('.'), columns }];
  });
}
