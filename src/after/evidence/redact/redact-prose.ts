import type { KnownValues } from './known-values.js';

/**
 * A sentence without values of rows: those that are known, those in the places where a server's messages put them, and
 * whatever stands in quotes and is no name of the change.
 */
export function redactProse(text: string, known: KnownValues): string {
  return known
    .mask(text)
    .replace(/=\((?:[^()]|\([^()]*\))*\)/g, '=(…)')
    .replace(/\bcontains \((?:[^()]|\([^()]*\))*\)?/g, 'contains (…)')
    .replace(/"([^"\n]*)"/g, (quoted, inside: string) => (isNamed(inside, known) ? quoted : '"…"'))
    .replace(/(?<![\p{L}\p{N}])'[^'\n]*'(?![\p{L}\p{N}])/gu, "'…'");
}

/** `schema.table` and `table_column_key` are names where their parts are, or they are. */
function isNamed(quoted: string, known: KnownValues): boolean {
  return quoted === '…' || known.isName(quoted) || quoted.split('.').every((part) => known.isName(part));
}
