import type { Session } from '../postgres/session.js';
import { quoteIdentifier } from '../sql/quote-identifier.js';
import { foreign, ident, reachable, sources } from './row-conditions.js';

/** A column that gets its values from a sequence. */
export interface SequenceUse {
  /** `schema.name`. */
  readonly sequence: string;
  /** `schema.name` of the table, or of the partitioned one. */
  readonly relation: string;
  /** As the catalog has it. */
  readonly column: string;
  readonly kind: 'identity' | 'serial' | 'default';
  /** Negative: it counts down. */
  readonly increment: bigint;
  /** The tables that hold the rows. */
  readonly sources: readonly string[];
}

/*
 * An identity and a serial own their sequence; a default may name one that is nobody's. What a cycling sequence gives comes
 * round again anyway, and of a default that computes something else from it nothing can be said.
 */
const usesSql = `
  SELECT ${ident('sn', 's')} AS sequence, ${ident('n', 'c')} AS relation, a.attname::pg_catalog.text AS column,
    q.seqincrement::pg_catalog.text AS increment, ${sources} AS sources,
    CASE WHEN a.attidentity <> '' THEN 'identity' WHEN EXISTS (SELECT FROM pg_catalog.pg_depend o
        WHERE o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.objid = s.oid AND o.deptype = 'a'
          AND o.refobjid = c.oid AND o.refobjsubid = a.attnum) THEN 'serial' ELSE 'default' END AS kind
  FROM (SELECT d.objid AS sequence, d.refobjid AS relation, d.refobjsubid::pg_catalog.int2 AS number FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'i'
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0
    UNION SELECT d.refobjid, f.adrelid, f.adnum FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid
      WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid = 0
        AND pg_catalog.pg_get_expr(f.adbin, f.adrelid) ~ '^\\(?nextval\\(''.*''::regclass\\)\\)?(::[a-z ]+)?$') AS u
    JOIN pg_catalog.pg_class s ON s.oid = u.sequence AND s.relkind = 'S' JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
    JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid AND NOT q.seqcycle
    JOIN pg_catalog.pg_class c ON c.oid = u.relation AND c.relkind IN ('r', 'p') AND ${reachable}
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
  WHERE coalesce(b.typname, t.typname) IN ('int2', 'int4', 'int8', 'numeric') AND ${foreign('n')}
    AND NOT (c.relispartition AND a.attidentity <> '')
  ORDER BY 1, 2, 3`;

/** Every integer column that a sequence fills, with its sequence. */
export async function readSequenceUses(session: Session): Promise<readonly SequenceUse[]> {
  const uses = (await session.query(usesSql)).rows.map((row) => ({
    sequence: String(row['sequence']),
    relation: String(row['relation']),
    column: String(row['column']),
    kind: row['kind'] as SequenceUse['kind'],
    increment: BigInt(String(row['increment'])),
    sources: row['sources'] as readonly string[],
  }));
  return uses.filter((use) => !uses.some((other) => isPartOf(use, other)));
}

/** A partition with the default of its partitioned table, which is looked at with all its partitions. */
function isPartOf(use: SequenceUse, { sequence, relation, sources: parts }: SequenceUse): boolean {
  return use.sequence === sequence && use.relation !== relation && parts.includes(use.relation);
}

/** Where a sequence stands, as text. */
export interface SequencePosition {
  readonly lastValue: string;
  /** Whether the last value was given out; if not, it is the next one. */
  readonly isCalled: boolean;
}

/** Reading a sequence does not move it. @throws what the server says, to who may not SELECT from it. */
export async function readSequencePosition(session: Session, sequence: string): Promise<SequencePosition> {
  const { rows } = await session.query(`SELECT last_value::pg_catalog.text AS last, is_called FROM ${sequence}`);
  return { lastValue: String(rows[0]?.['last']), isCalled: rows[0]?.['is_called'] === true };
}

/** Whether an index begins with the column, so that its end is found without reading the table. */
export async function hasOrderedIndex(session: Session, relation: string, column: string): Promise<boolean> {
  const { rows } = await session.query(
    `SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
      JOIN pg_catalog.pg_am m ON m.oid = x.relam JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = pg_catalog.to_regclass($1) AND a.attname = $2 AND m.amname = 'btree' AND i.indisvalid AND i.indpred IS NULL`,
    [relation, column],
  );
  return rows.length > 0;
}

/** The farthest value that a column has, in the direction of its sequence; as text, null without rows. `where` is over `c`. */
export async function readFarthest(
  session: Session,
  { column, increment }: Pick<SequenceUse, 'column' | 'increment'>,
  { source, where }: { readonly source: string; readonly where: string },
): Promise<string | null> {
  const far = increment < 0n ? 'min' : 'max';
  const { rows } = await session.query(
    `SELECT pg_catalog.trunc(pg_catalog.${far}(c.${quoteIdentifier(column)})::pg_catalog.numeric)::pg_catalog.text AS far FROM ONLY ${source} AS c WHERE ${where}`,
  );
  return (rows[0]?.['far'] ?? null) as string | null;
}
