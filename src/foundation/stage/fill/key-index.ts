/** Something that takes its value from an index: a column, or the columns of a foreign key together. */
export interface KeyPart {
  readonly id: string;
  /** How many different values it has. */
  readonly count: number;
}

/** How a part finds its index from the row number `n`. */
export type IndexRule =
  /** `n` itself: no value comes twice. */
  | { readonly kind: 'row' }
  /** A digit of `n` in a mixed radix: with the other digits of its key, no combination comes twice. */
  | { readonly kind: 'digit'; readonly divisor: number }
  /** A hash of `n`: values that follow no pattern. */
  | { readonly kind: 'scattered' };

export interface IndexPlan {
  readonly rules: ReadonlyMap<string, IndexRule>;
  /** The most rows the unique keys have room for. */
  readonly mostRows: number;
}

/** Gives each part a rule so that rows 0 … `rows` − 1 break no unique key, as far as the parts have enough values. */
export function planIndexes(
  parts: readonly KeyPart[],
  uniqueKeys: readonly (readonly string[])[],
  rows: number,
): IndexPlan {
  const byId = new Map(parts.map((part) => [part.id, part]));
  const rules = new Map<string, IndexRule>();
  let mostRows = Number.POSITIVE_INFINITY;
  const isWide = (part: KeyPart) => part.count >= rows;
  for (const part of parts) if (isWide(part)) rules.set(part.id, { kind: 'row' });
  // Short keys first: they leave the least choice.
  for (const key of uniqueKeys.toSorted((a, b) => a.length - b.length)) {
    const keyParts = [...new Set(key)].flatMap((id) => byId.get(id) ?? []);
    if (keyParts.length === 0 || keyParts.some(isWide)) continue;
    let divisor = 1;
    for (const part of keyParts) {
      const rule = rules.get(part.id);
      if (rule === undefined) rules.set(part.id, { kind: 'digit', divisor });
      divisor = Math.min(divisor * Math.max(1, part.count), Number.MAX_SAFE_INTEGER);
    }
    mostRows = Math.min(
      mostRows,
      keyParts.reduce((product, part) => product * part.count, 1),
    );
  }
  for (const part of parts) if (!rules.has(part.id)) rules.set(part.id, { kind: 'scattered' });
  return { rules, mostRows };
}

/** SQL of the index of a part for row number `row` (SQL of a bigint that is not negative). */
export function indexOf(rule: IndexRule, row: string, salt: number): string {
  switch (rule.kind) {
    case 'row':
      return row;
    case 'digit':
      return rule.divisor === 1 ? row : `(${row} / ${rule.divisor})`;
    case 'scattered':
      return `(pg_catalog.hashint8(${row} * 1000003 + ${salt})::bigint & 2147483647)`;
  }
}
