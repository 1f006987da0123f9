/** A Flyway version as numbers: `1.2`, `1_2` and `1.02` are the same, and trailing zeros do not count. */
export type FlywayVersion = readonly bigint[];

/** Reads `1.2_3`; null when a part is not a number, which Flyway refuses as well. */
export function parseFlywayVersion(text: string): FlywayVersion | null {
  const parts = text.split(/[._]/);
  if (!parts.every((part) => /^\d+$/.test(part))) return null;
  const numbers = parts.map((part) => BigInt(part));
  while (numbers.length > 1 && numbers.at(-1) === 0n) numbers.pop();
  return numbers;
}

/** Negative, zero or positive, as `sort` wants it. Missing parts count as zero. */
export function compareFlywayVersions(left: FlywayVersion, right: FlywayVersion): number {
  const length = Math.max(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (left[index] ?? 0n) - (right[index] ?? 0n);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}
