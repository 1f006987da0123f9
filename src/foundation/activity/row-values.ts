import type { Row } from '../postgres/session.js';

/** int8 and numeric come as text, what fits into a number comes as one. */
export function numberOrNull(row: Row, column: string): number | null {
  const value = row[column];
  return value === null || value === undefined ? null : Number(value);
}

export function textOrNull(row: Row, column: string): string | null {
  const value = row[column];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Milliseconds since a time, never below 0: clocks of two processes of the server may differ by a little. */
export function ageOrNull(row: Row, column: string): number | null {
  const value = numberOrNull(row, column);
  return value === null ? null : Math.max(0, value);
}
