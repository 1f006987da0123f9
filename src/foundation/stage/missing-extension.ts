import type { StatementError } from '../../model/trace.js';

const unavailable = /extension "([^"]+)" is not available/;

/** The extension that a statement wanted and the stage's server does not ship, by the server's own words (0A000). */
export function missingExtension(error: Pick<StatementError, 'code' | 'message'>): string | null {
  if (error.code !== '0A000') return null;
  return unavailable.exec(error.message)?.[1] ?? null;
}
