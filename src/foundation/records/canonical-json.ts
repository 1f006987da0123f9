/**
 * The one way to write a value as JSON: keys sorted by code unit, no white space, numbers and strings as RFC 8785 has them.
 * Throws TypeError, with the place, for what JSON cannot say: undefined, NaN, infinities, functions, lone surrogates,
 * objects that are more than their keys.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$');
}

function write(value: unknown, place: string): string {
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'string':
      return writeString(value, place);
    case 'number':
      if (!Number.isFinite(value)) throw unwritable(String(value), place);
      return JSON.stringify(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? writeArray(value, place) : writeObject(value, place);
    default:
      throw unwritable(typeof value, place);
  }
}

function writeArray(items: readonly unknown[], place: string): string {
  // Array.from visits holes too, which then are refused as undefined.
  return `[${Array.from(items, (item, index) => write(item, `${place}[${index}]`)).join(',')}]`;
}

function writeObject(value: object, place: string): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw unwritable(value.constructor.name, place);
  const members = Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${writeString(key, place)}:${write(member, `${place}.${key}`)}`);
  return `{${members.join(',')}}`;
}

function writeString(text: string, place: string): string {
  if (/\p{Surrogate}/u.test(text)) throw unwritable('a lone surrogate', place);
  return JSON.stringify(text);
}

function unwritable(what: string, place: string): TypeError {
  return new TypeError(`${what} at ${place} has no canonical JSON`);
}
