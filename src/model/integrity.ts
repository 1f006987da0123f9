/**
 * What a schema promises about rows and the server does not vouch for.
 * - `orphans`: rows that refer to rows that are not there, by a foreign key or a declared soft reference;
 * - `violated`: rows that a CHECK or NOT NULL forbids, which was never validated or is not enforced;
 * - `unvalidated`: a constraint that was never validated, or is not enforced;
 * - `invalid-index`: an index that a failed build left, and no query uses.
 */
export const integrityKinds = ['orphans', 'violated', 'unvalidated', 'invalid-index'] as const;
export type IntegrityKind = (typeof integrityKinds)[number];

export interface IntegrityFault {
  readonly kind: IntegrityKind;
  /** `schema.name`, as quote_ident writes it; of a domain's constraint its type. */
  readonly relation: string;
  /** Of the constraint or the index; of a soft reference, what was declared. */
  readonly name: string;
  /** Rows at fault, counted up to a limit; null for what is no matter of rows. */
  readonly rows: number | null;
}

/** `public.orders: 3 rows refer to nothing by orders_user_fk`. */
export function integrityInWords({ kind, relation, name, rows }: IntegrityFault): string {
  const count = rows === 1 ? '1 row' : `${rows} rows`;
  switch (kind) {
    case 'orphans':
      return `${relation}: ${count} ${rows === 1 ? 'refers' : 'refer'} to nothing by ${name}`;
    case 'violated':
      return `${relation}: ${count} ${rows === 1 ? 'violates' : 'violate'} ${name}`;
    case 'unvalidated':
      return `${relation}: ${name} is not validated, or not enforced`;
    case 'invalid-index':
      return `${relation}: the index ${name} is invalid`;
    default:
      return kind satisfies never;
  }
}
