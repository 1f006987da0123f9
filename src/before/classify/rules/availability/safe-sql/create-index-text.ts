import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';

const head =
  /^(\s*create\s+(?:unique\s+)?index)(?:\s+concurrently)?(?:\s+if\s+not\s+exists)?(?:\s+(?:"(?:[^"]|"")*"|(?!on\b)[^\s"]+))?\s+on\b/i;

/** The text of a CREATE INDEX, with this name and CONCURRENTLY, and without IF NOT EXISTS. */
export function createConcurrently(sql: string, name: string): string {
  return `${sql.replace(head, (_, create: string) => `${create} CONCURRENTLY ${quoteIdentifier(name)} ON`)};`;
}

/** The text of a CREATE INDEX, with CONCURRENTLY and all else as it is. */
export function concurrently(sql: string): string {
  return `${sql.replace(/^(\s*create\s+(?:unique\s+)?index)\b(?!\s+concurrently\b)/i, '$1 CONCURRENTLY')};`;
}
