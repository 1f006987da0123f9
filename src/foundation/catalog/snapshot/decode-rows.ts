import { type Facet, facets, type ObjectKey } from '../../../model/schema-snapshot.js';
import type { JsonValue } from '../../../model/json.js';
import { keyOf, type Place, placeOf, type UnconnectedObject } from './dependencies.js';
import { snapshotKinds } from './kinds/index.js';
import type { Facts, SnapshotKind, SnapshotRow } from './snapshot-kind.js';

/** One object as far as its own row tells; where a sequence stands is not in it. */
export interface DecodedRow {
  readonly place: Place;
  readonly key: ObjectKey;
  readonly object: UnconnectedObject;
}

interface DecodedKind {
  readonly text: string;
  readonly rows: ReadonlyMap<string, DecodedRow>;
}

/** All rows of one reading, by kind. */
export interface DecodedRows {
  readonly major: number;
  readonly kinds: readonly DecodedKind[];
}

/** JSON escapes it, so it stands between rows and never in one. */
const separator = '\u001e';

/** SQL of all rows of a query as one text, as `decodeRows` takes it. */
export function rowsSql(query: string): string {
  return `(SELECT pg_catalog.string_agg(pg_catalog.row_to_json(part)::pg_catalog.text, pg_catalog.chr(30)) FROM (${query}) part)`;
}

/**
 * Makes objects of the texts of all kinds, null where there is none. A row whose text an earlier reading had is the very
 * same object, for nothing but the text and the major decides what is made of it.
 */
export function decodeRows(
  major: number,
  texts: readonly (string | null)[],
  earlier: DecodedRows | undefined,
): DecodedRows {
  const known = earlier?.major === major ? earlier.kinds : [];
  const kinds = snapshotKinds.map((kind, at) => {
    const text = texts[at] ?? '';
    const before = known[at];
    return before?.text === text ? before : { text, rows: decodeKind({ kind, major }, text, before?.rows) };
  });
  return { major, kinds };
}

interface KindOnMajor {
  readonly kind: SnapshotKind;
  readonly major: number;
}

function decodeKind(
  { kind, major }: KindOnMajor,
  text: string,
  known: ReadonlyMap<string, DecodedRow> | undefined,
): ReadonlyMap<string, DecodedRow> {
  if (text === '') return new Map();
  const parts = text.split(separator);
  const rows = new Map(parts.map((part) => [part, known?.get(part) ?? decodeRow(kind, part, major)]));
  if (rows.size !== parts.length) throw new Error(`the catalog gave one ${kind.kind} twice`);
  return rows;
}

function decodeRow(kind: SnapshotKind, text: string, major: number): DecodedRow {
  const row = JSON.parse(text) as SnapshotRow;
  const parent = kind.parent?.(row) ?? null;
  const facts: Facts = kind.facts(row, major);
  const object = {
    kind: kind.kind,
    identity: row.identity,
    parent: parent === null ? null : keyOf(parent),
    facts: Object.fromEntries(facets.map((facet) => [facet, facts[facet] ?? {}])) as Readonly<
      Record<Facet, Readonly<Record<string, JsonValue>>>
    >,
  };
  return { place: placeOf(row), key: keyOf(object), object };
}
