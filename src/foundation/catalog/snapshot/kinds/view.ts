import { present, sharedFacts } from '../shared-facts.js';
import { defineKind } from '../snapshot-kind.js';
import { relationColumns, type RelationRow } from './relation-facts.js';

/** Structure: `definition` (the query, as pg_get_viewdef) and `options`, which decide what the view lets through. */
export default defineKind<RelationRow & { readonly definition: string }>({
  kind: 'view',
  sql: `SELECT ${relationColumns}, pg_catalog.pg_get_viewdef(r.oid) AS definition FROM rels r WHERE r.wanted AND r.relkind = 'v'`,
  facts: (row) => {
    const { structure, access } = sharedFacts(row);
    return { structure: { ...structure, ...present({ definition: row.definition, options: row.options }) }, access };
  },
});
