const prefixLength = 3;

/** Shorter ones would mask ordinary words of the report, and tell nobody much. */
const shortestValue = prefixLength;

const alphanumeric = /[\p{L}\p{N}_]/u;

/** Values that begin alike: by length, the longest first, for one may begin with another. */
type Bucket = ReadonlyMap<number, ReadonlySet<string>>;

/** Values that must not be read anywhere, ready to be found in any text. */
export class KnownValues {
  readonly #byPrefix: ReadonlyMap<string, Bucket>;
  readonly #names: ReadonlySet<string>;

  /** A value that is also a name of the change, a column's for one, is no secret: names are what a report speaks of. */
  constructor(values: Iterable<string>, names: ReadonlySet<string>) {
    this.#names = names;
    const kept = [...new Set([...values].map((one) => one.trim()))]
      .filter((value) => value.length >= shortestValue && !names.has(value) && alphanumeric.test(value))
      .sort((left, right) => right.length - left.length);
    this.#byPrefix = toBuckets(kept);
  }

  isName(text: string): boolean {
    return this.#names.has(text);
  }

  /** The text with `…` for every value that stands in it by itself, not as a part of a longer word. */
  mask(text: string): string {
    let masked = '';
    let copied = 0;
    for (let at = 0; at + shortestValue <= text.length; at += 1) {
      const bucket = this.#byPrefix.get(text.slice(at, at + prefixLength));
      const length = bucket === undefined ? null : lengthAt(text, at, bucket);
      if (length === null) continue;
      masked += `${text.slice(copied, at)}…`;
      copied = at + length;
      at = copied - 1;
    }
    return copied === 0 ? text : masked + text.slice(copied);
  }
}

function toBuckets(values: readonly string[]): ReadonlyMap<string, Bucket> {
  const buckets = new Map<string, Map<number, Set<string>>>();
  for (const value of values) {
    const prefix = value.slice(0, prefixLength);
    const bucket = buckets.get(prefix) ?? new Map<number, Set<string>>();
    const same = bucket.get(value.length) ?? new Set();
    buckets.set(prefix, bucket.set(value.length, same.add(value)));
  }
  return buckets;
}

/** How long the longest value is that stands there by itself; null when none does. */
function lengthAt(text: string, at: number, bucket: Bucket): number | null {
  for (const [length, values] of bucket) {
    if (values.has(text.slice(at, at + length)) && standsAlone(text, at, length)) return length;
  }
  return null;
}

function standsAlone(text: string, at: number, length: number): boolean {
  const joins = (outside: string | undefined, inside: string | undefined): boolean =>
    outside !== undefined && inside !== undefined && alphanumeric.test(outside) && alphanumeric.test(inside);
  const end = at + length;
  return !joins(text[at - 1], text[at]) && !joins(text[end], text[end - 1]);
}
