import { present, sharedFacts } from '../shared-facts.js';
import { defineKind } from '../snapshot-kind.js';
import { flag, relationColumns, type RelationRow, storageFacts } from './relation-facts.js';

interface MaterializedViewRow extends RelationRow {
  readonly definition: string;
  readonly populated: boolean;
}

/** Structure: `definition` (the query, as pg_get_viewdef) and `unpopulated`. Physical as of a table. */
export default defineKind<MaterializedViewRow>({
  kind: 'materialized view',
  sql: `SELECT ${relationColumns}, pg_catalog.pg_get_viewdef(r.oid) AS definition, r.relispopulated AS populated
  FROM rels r WHERE r.wanted AND r.relkind = 'm'`,
  facts: (row) => {
    const { structure, access } = sharedFacts(row);
    const own = present({ definition: row.definition, unpopulated: flag(!row.populated) });
    return { structure: { ...structure, ...own }, access, physical: storageFacts(row) };
  },
});
