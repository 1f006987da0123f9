import { quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';

export interface LostLabels {
  readonly lost: readonly string[];
  /** What rows are to hold in the place of some of them. */
  readonly instead: Readonly<Record<string, string>>;
}

/**
 * Gives rows that hold a label that the type is about to lose the one that is to stand in its place; where none is
 * known, the last block fails and says where such a row is.
 */
export function guardLabels(identity: string, { lost, instead }: LostLabels): readonly string[] {
  if (lost.length === 0) return [];
  const replaced = lost.flatMap((label) => {
    const other = instead[label];
    return other === undefined ? [] : [[label, other] as const];
  });
  return [...replaced.map((pair) => replaceLabel(identity, pair)), refuseLabels(identity, lost)];
}

/**
 * A block that runs through the columns that hold labels of the type: of the type itself, of arrays of it, and of
 * domains over either. What is packed deeper fails when it is cast. Only the catalog of that moment knows them all.
 */
function forEachColumn(identity: string, action: string): string {
  return `DO $labels$
DECLARE holder record; label pg_catalog.text;
BEGIN
  FOR holder IN
    WITH RECURSIVE made_of (oid, is_array) AS (
      SELECT start.oid, start.is_array FROM pg_catalog.pg_type e,
        LATERAL (VALUES (e.oid, false), (e.typarray, true)) start (oid, is_array)
      WHERE e.oid = ${quoteLiteral(identity)}::pg_catalog.regtype
      UNION ALL
      SELECT d.oid, m.is_array FROM made_of m JOIN pg_catalog.pg_type d ON d.typtype = 'd' AND d.typbasetype = m.oid
    )
    SELECT c.oid::pg_catalog.regclass AS relation, a.attname, a.attgenerated, m.is_array FROM made_of m
      JOIN pg_catalog.pg_attribute a ON a.atttypid = m.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
  LOOP
${action}
  END LOOP;
END $labels$`;
}

function replaceLabel(identity: string, [label, other]: readonly [string, string]): string {
  return forEachColumn(
    identity,
    `    CONTINUE WHEN holder.attgenerated <> '';
    EXECUTE pg_catalog.format(
      CASE WHEN holder.is_array
        THEN 'UPDATE %1$s SET %2$I = pg_catalog.array_replace(%2$I::%5$s[], %3$L, %4$L) WHERE %3$L = ANY (%2$I::%5$s[])'
        ELSE 'UPDATE %1$s SET %2$I = %4$L WHERE %2$I::%5$s = %3$L' END,
      holder.relation, holder.attname, ${quoteLiteral(label)}, ${quoteLiteral(other)}, ${quoteLiteral(identity)});`,
  );
}

function refuseLabels(identity: string, lost: readonly string[]): string {
  return forEachColumn(
    identity,
    `    EXECUTE pg_catalog.format(
      CASE WHEN holder.is_array
        THEN 'SELECT l FROM %1$s h, pg_catalog.unnest(h.%2$I::pg_catalog.text[]) l WHERE l = ANY ($1) LIMIT 1'
        ELSE 'SELECT h.%2$I::pg_catalog.text FROM %1$s h WHERE h.%2$I::pg_catalog.text = ANY ($1) LIMIT 1' END,
      holder.relation, holder.attname) INTO label USING ARRAY[${lost.map(quoteLiteral).join(', ')}];
    IF label IS NOT NULL THEN
      RAISE EXCEPTION 'rows of % hold "%" in column %, a label that the type % did not have before the change',
        holder.relation, label, holder.attname, ${quoteLiteral(identity)}
        USING ERRCODE = 'check_violation', HINT = 'Give these rows another label first.';
    END IF;`,
  );
}
