import type { SchemaRule } from '../../model/schema.js';
import { meaningOf } from './scope.js';

/** A rule depends on its own relation too, through OLD and NEW; that is no reading. */
export const rulesSql = `SELECT w.ev_class::text AS relid, w.rulename AS name, w.ev_type::text AS event,
    w.is_instead AS instead, r.relkind IN ('v', 'm') AND w.ev_type = '1' AS is_query,
    coalesce((SELECT pg_catalog.json_agg(DISTINCT d.refobjid::text) FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> w.ev_class), '[]') AS reads
  FROM pg_catalog.pg_rewrite w JOIN rels r ON r.oid = w.ev_class ORDER BY w.ev_class, w.rulename`;

export interface RuleRow {
  readonly relid: string;
  readonly name: string;
  readonly event: string;
  readonly instead: boolean;
  /** The query of a view or materialised view. */
  readonly is_query: boolean;
  readonly reads: readonly string[];
}

const events: Readonly<Record<string, SchemaRule['event']>> = { 1: 'select', 2: 'update', 3: 'insert', 4: 'delete' };

export function toRule(row: RuleRow): SchemaRule {
  return { name: row.name, event: meaningOf(row.event, events), instead: row.instead, reads: row.reads };
}
