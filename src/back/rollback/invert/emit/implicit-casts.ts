const literal = String.raw`(?:'(?:[^']|'')*'|NULL)::character varying(?:\(\d+\))?`;
/** With a length of its own an element is cast again when the array is. */
const unlimited = String.raw`(?:'(?:[^']|'')*'|NULL)::character varying(?!\()`;
const coerced = new RegExp(String.raw`\b(ANY|ALL) \(\(ARRAY\[(${literal}(?:, ${literal})*)\]\)::text\[\]\)`, 'g');

const wholeArray = new RegExp(
  String.raw`\(ARRAY\[((?:(?:-?\d+|NULL::integer|'-\d+'::integer)(?:, )?)+)\]\)::(bigint|smallint|numeric|real|double precision)\[\]|` +
    String.raw`\(ARRAY\[(${unlimited}(?:, ${unlimited})*)\]\)::text\[\]`,
  'g',
);

/**
 * `code IN ('a', 'b')` about a varchar is shown as `(code)::text = ANY ((ARRAY['a'::character varying, …])::text[])`. Read
 * again, that cast goes to each element, and the server shows another text from then on; without it, the array as a whole
 * is cast as it was at first. Everywhere else, an argument of a function say, the type that the array has before the cast
 * keeps the cast from the elements.
 */
export function leaveToCoercion(sql: string): string {
  return sql.replace(coerced, '$1 (ARRAY[$2])').replace(wholeArray, (array) => {
    const [, elements = '', type = ''] = /^\((ARRAY\[.*\])\)::([a-z ]+)\[\]$/s.exec(array) ?? [];
    return `((${elements})::${type === 'text' ? 'character varying' : 'integer'}[])::${type}[]`;
  });
}
