/**
 * The common part of the catalog queries. `spaces` are the schemas that users made, with the own session's temporary one;
 * `rels` are the relations in them without toast tables.
 */
export const scopeSql = `spaces AS MATERIALIZED (
  SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n
  WHERE n.oid = pg_catalog.pg_my_temp_schema()
    OR n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
), rels AS MATERIALIZED (
  SELECT c.*, s.nspname FROM pg_catalog.pg_class c JOIN spaces s ON s.oid = c.relnamespace WHERE c.relkind <> 't'
)`;

/** An OID of the catalog where 0 means none. */
export function oidOrNull(oid: string): string | null {
  return oid === '0' ? null : oid;
}

/** Items by the OID that each stands with. */
export function groupByOid<T extends { readonly relid: string }>(
  items: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.relid);
    if (group === undefined) groups.set(item.relid, [item]);
    else group.push(item);
  }
  return groups;
}

/** The meaning of a catalog's letter code. */
export function meaningOf<T>(code: string, meanings: Readonly<Record<string, T>>): T {
  const meaning = meanings[code];
  if (meaning === undefined) throw new Error(`the catalog holds a code that is not known here: ${code}`);
  return meaning;
}
