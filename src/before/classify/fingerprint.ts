import { hash } from 'node:crypto';

/** Identity of a finding that survives moved lines and other spacing: rule, path and the words of the statement. */
export function fingerprintOf(rule: string, path: string, text: string): string {
  const words = text.replace(/\s+/g, ' ').trim();
  return hash('sha256', `${rule}\0${path}\0${words}`, 'hex').slice(0, 32);
}
