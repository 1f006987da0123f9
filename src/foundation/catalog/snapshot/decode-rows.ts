import { type Facet, facets, type ObjectKey } from '../../../model/schema-snapshot.js';
import type { JsonValue } from '../../../model/json.js';
import { type Address, addressOf, keyOf, type Place, placeOf, type UnconnectedObject } from './dependencies.js';
import { rareKinds, snapshotKinds } from './kinds/index.js';
import { bucketOf } from './scope.js';
import type { Facts, SnapshotKind, SnapshotRow } from './snapshot-kind.js';

/** One object as far as its own row tells; where a sequence stands is not in it. */
export interface DecodedRow {
  readonly place: Place;
  readonly address: Address;
  readonly bucket: string;
  readonly isRare: boolean;
  readonly key: ObjectKey;
  readonly object: UnconnectedObject;
}

/** JSON escapes it, so it stands between rows and never in one. */
const separator = '\u001e';

/** SQL of all rows of a query as one text, as `RowDecoder` takes it. */
export function rowsSql(query: string): string {
  return `(SELECT pg_catalog.string_agg(pg_catalog.row_to_json(part)::pg_catalog.text, pg_catalog.chr(30)) FROM (${query}) part)`;
}

/**
 * Makes objects of rows. A row whose text it had before is the very same object, for nothing but the text and the major
 * decides what is made of it.
 */
export class RowDecoder {
  readonly major: number;
  readonly #known: readonly Map<string, DecodedRow>[] = snapshotKinds.map(() => new Map<string, DecodedRow>());

  constructor(major: number) {
    this.major = major;
  }

  /** Of the texts of all kinds, null where there is none. Where they are `whole`, what they lack is forgotten. */
  decode(texts: readonly (string | null)[], whole: boolean): readonly DecodedRow[] {
    return snapshotKinds.flatMap((kind, at) => {
      const known = this.#known[at] as Map<string, DecodedRow>;
      const rows = this.#decodeKind(kind, texts[at] ?? '', known);
      if (whole) known.clear();
      for (const [text, row] of rows) known.set(text, row);
      return [...rows.values()];
    });
  }

  #decodeKind(
    kind: SnapshotKind,
    text: string,
    known: ReadonlyMap<string, DecodedRow>,
  ): ReadonlyMap<string, DecodedRow> {
    if (text === '') return new Map();
    const parts = text.split(separator);
    const rows = new Map(parts.map((part) => [part, known.get(part) ?? decodeRow(kind, part, this.major)]));
    if (rows.size !== parts.length) throw new Error(`the catalog gave one ${kind.kind} twice`);
    return rows;
  }
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
  const place = placeOf(row);
  return {
    place,
    address: addressOf(place),
    bucket: bucketOf(row.objid),
    isRare: rareKinds.has(kind),
    key: keyOf(object),
    object,
  };
}
