import { parseStatement } from '../../sql/parse.js';

/** A table's name or alias before a column, as the server prints it. */
const qualifier = /^(?:"(?:[^"]|"")*"|[^\s."()]+)\./;

/**
 * A query as the server prints it, with `id` where it says `t.id`. What does not parse stays as it is. The parser must be
 * loaded.
 */
export function bareColumns(query: string): string {
  const parsed = parseStatement(query.trim().replace(/;$/, ''));
  if (!parsed.ok) return query;
  // The tree counts bytes.
  const bytes = Buffer.from(query.trim(), 'utf8');
  let done = 0;
  const parts: string[] = [];
  for (const start of qualifiedColumns(parsed.tree).toSorted((left, right) => left - right)) {
    parts.push(bytes.subarray(done, start).toString('utf8'));
    const found = qualifier.exec(bytes.subarray(start, start + 300).toString('utf8'))?.[0] ?? '';
    done = start + Buffer.byteLength(found, 'utf8');
  }
  return `${parts.join('')}${bytes.subarray(done).toString('utf8')}`;
}

/** Places of the references that name a table and a column. */
function qualifiedColumns(node: unknown): readonly number[] {
  if (Array.isArray(node)) return node.flatMap(qualifiedColumns);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    key === 'ColumnRef' && isQualified(value) ? [value.location ?? 0] : qualifiedColumns(value),
  );
}

interface ColumnReference {
  readonly fields: readonly object[];
  readonly location?: number;
}

function isQualified(value: unknown): value is ColumnReference {
  const { fields } = value as Partial<ColumnReference>;
  return fields?.length === 2 && fields.every((field) => 'String' in field);
}
