const unitMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A time as PostgreSQL writes it in a setting (`5s`, `1500`, `'2 min'`), in milliseconds; null when it is none. */
export function parseMilliseconds(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*$/.exec(text);
  if (match === null) return null;
  return Math.round(Number(match[1]) * (unitMs[match[2] ?? 'ms'] ?? 1));
}
