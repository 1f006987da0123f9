/** The constants in a condition as the server prints it. */
export interface Literals {
  readonly strings: readonly string[];
  /** Bare numbers and strings that are numbers: the server prints a negative one as '-1'::integer. */
  readonly numbers: readonly number[];
}

const token = /E?'((?:[^']|'')*)'|(?<![\w."])(\d+(?:\.\d+)?)(?![\w"])/g;

/** Finds the constants, each once, in the order of their first appearance. */
export function readLiterals(condition: string): Literals {
  const strings = new Set<string>();
  const numbers = new Set<number>();
  for (const [, text, number] of condition.matchAll(token)) {
    if (text !== undefined) strings.add(text.replaceAll("''", "'"));
    const value = Number(number ?? text);
    if ((number ?? text ?? '').trim() !== '' && Number.isFinite(value)) numbers.add(value);
  }
  return { strings: [...strings], numbers: [...numbers] };
}

/**
 * Columns that a condition orders, as ranks: `starts_at < ends_at` gives ends_at a higher rank than starts_at.
 * Columns without such a comparison are absent.
 */
export function rankColumns(conditions: readonly string[]): ReadonlyMap<string, number> {
  const operand = String.raw`\(?("(?:[^"]|"")+"|[a-z_][a-z0-9_]*)(?:\)::[a-z ]+)?`;
  const comparison = new RegExp(`${operand} (<=?|>=?) ${operand}`, 'g');
  const below: (readonly [string, string])[] = [];
  for (const condition of conditions) {
    for (const [, left, operator, right] of condition.matchAll(comparison)) {
      const pair = [unquote(left as string), unquote(right as string)] as const;
      below.push(operator?.startsWith('<') ? pair : [pair[1], pair[0]]);
    }
  }
  const ranks = new Map<string, number>();
  // Contradictory orders would climb for ever; as many rounds as there are comparisons settle all others.
  for (const _ of below) {
    for (const [lower, higher] of below) {
      const rank = ranks.get(lower) ?? 0;
      ranks.set(lower, rank);
      ranks.set(higher, Math.max(ranks.get(higher) ?? 0, rank + 1));
    }
  }
  return ranks;
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
