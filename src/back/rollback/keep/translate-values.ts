import type { KeptColumn, KeptTable } from './kept-table.js';
import { formerValues } from './keep-sql.js';

export interface TranslatedColumn {
  readonly table: KeptTable;
  readonly column: KeptColumn;
}

export interface Translation {
  readonly make: readonly string[];
  /** An expression of type text, for USING. */
  readonly call: string;
  readonly drop: readonly string[];
}

const place = 'pg_temp.lockkeeper_former';

/**
 * What the change made of each value, read backwards: USING may not hold a query, so a function looks it up. A value that
 * the change did not make stays as it is, and fails aloud where the former type cannot hold it.
 */
export function translateValues(columns: readonly TranslatedColumn[], name: string): Translation {
  const pairs = columns.map(({ table, column }) => formerValues(table, column)).join(' UNION ALL ');
  return {
    make: [
      `CREATE TEMPORARY TABLE lockkeeper_former AS SELECT DISTINCT ON (p.now) p.now, p.former FROM (${pairs}) AS p ` +
        `WHERE p.now IS NOT NULL ORDER BY p.now, p.former`,
      `CREATE UNIQUE INDEX ON ${place} (now)`,
      `CREATE FUNCTION ${place}(value pg_catalog.text) RETURNS pg_catalog.text LANGUAGE plpgsql STABLE AS ` +
        `'DECLARE known pg_catalog.text; BEGIN SELECT f.former INTO known FROM ${place} AS f WHERE f.now = value COLLATE "C"; ` +
        `IF FOUND THEN RETURN known; END IF; RETURN value; END'`,
    ],
    call: `${place}(${name}::pg_catalog.text)`,
    drop: [`DROP FUNCTION ${place}(pg_catalog.text)`, `DROP TABLE ${place}`],
  };
}
