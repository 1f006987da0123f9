import { hash } from 'node:crypto';
import type { JudgedStatement } from './judged-statement.js';

/** Anything but words with one blank between them. */
const spaced = /[^\S ]|\s\s|^\s|\s$/;

/** Identity of a finding that survives moved lines and other spacing: rule, path and the words of the statement. */
export function fingerprintOf(rule: string, path: string, text: string): string {
  const words = spaced.test(text) ? text.replace(/\s+/g, ' ').trim() : text;
  return hash('sha256', `${rule}\0${path}\0${words}`, 'hex').slice(0, 32);
}

/** What tells a statement from others: its text; inside a body, whose text all of its statements share, its tree. */
export function wordsOf({ inside, node, statement }: Pick<JudgedStatement, 'inside' | 'node' | 'statement'>): string {
  return inside === null ? statement.sql : JSON.stringify(node, withoutPlaces);
}

function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'location' || key === 'stmt_location' ? undefined : value;
}
