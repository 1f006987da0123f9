/** A reference that no constraint enforces, as a comment declares it. Names as the comment writes them. */
export interface SoftReference {
  /** Empty where the comment is its column's own. */
  readonly columns: readonly string[];
  readonly referenced: string;
  readonly referencedColumns: readonly string[];
}

const name = String.raw`(?:"(?:[^"]|"")+"|[\w$]+)`;
const list = String.raw`\(\s*(${name}(?:\s*,\s*${name})*)\s*\)`;
const declaration = new RegExp(
  String.raw`\blockkeeper:\s*soft\s+reference\s*(?:${list}\s*)?to\s+(${name}(?:\.${name})?)\s*${list}`,
  'gi',
);

/**
 * The soft references that a comment declares: `lockkeeper: soft reference to public.users (id)` on a column,
 * `lockkeeper: soft reference (tenant, user_id) to public.users (tenant, id)` on a table.
 */
export function readSoftReferences(comment: string): readonly SoftReference[] {
  return [...comment.matchAll(declaration)].map(([, own, referenced = '', others = '']) => ({
    columns: own === undefined ? [] : namesIn(own),
    referenced,
    referencedColumns: namesIn(others),
  }));
}

/** As quote_ident writes them: what is not quoted is folded. */
function namesIn(text: string): readonly string[] {
  return (text.match(new RegExp(name, 'g')) ?? []).map((one) =>
    one.startsWith('"') ? unquote(one) : one.toLowerCase(),
  );
}

function unquote(text: string): string {
  return text.slice(1, -1).replaceAll('""', '"');
}
