const literal = String.raw`(?:'(?:[^']|'')*'|NULL)::character varying(?:\(\d+\))?`;
const coerced = new RegExp(String.raw`\b(ANY|ALL) \(\(ARRAY\[(${literal}(?:, ${literal})*)\]\)::text\[\]\)`, 'g');

/**
 * `code IN ('a', 'b')` about a varchar is shown as `(code)::text = ANY ((ARRAY['a'::character varying, …])::text[])`. Read
 * again, that cast goes to each element, and the server shows another text from then on; without it, the array as a whole
 * is cast as it was at first.
 */
export function leaveToCoercion(sql: string): string {
  return sql.replace(coerced, '$1 (ARRAY[$2])');
}
