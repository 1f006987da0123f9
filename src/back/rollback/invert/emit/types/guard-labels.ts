import { quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';

/**
 * A block that fails, and says where, when rows hold labels that the type is about to lose. It finds the columns in the
 * catalog: those of the type itself, of arrays of it, and of domains over either. What is packed deeper fails when it
 * is cast.
 */
export function guardLabels(identity: string, lost: readonly string[]): string {
  const labels = lost.map(quoteLiteral).join(', ');
  return `DO $guard$
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
    SELECT c.oid::pg_catalog.regclass AS relation, a.attname, m.is_array FROM made_of m
      JOIN pg_catalog.pg_attribute a ON a.atttypid = m.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
  LOOP
    EXECUTE pg_catalog.format(
      CASE WHEN holder.is_array
        THEN 'SELECT l FROM %1$s h, pg_catalog.unnest(h.%2$I::pg_catalog.text[]) l WHERE l = ANY ($1) LIMIT 1'
        ELSE 'SELECT h.%2$I::pg_catalog.text FROM %1$s h WHERE h.%2$I::pg_catalog.text = ANY ($1) LIMIT 1' END,
      holder.relation, holder.attname) INTO label USING ARRAY[${labels}];
    IF label IS NOT NULL THEN
      RAISE EXCEPTION 'rows of % hold "%" in column %, a label that the type % did not have before the change',
        holder.relation, label, holder.attname, ${quoteLiteral(identity)}
        USING ERRCODE = 'check_violation', HINT = 'Give these rows another label first.';
    END IF;
  END LOOP;
END $guard$`;
}
