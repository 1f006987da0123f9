import { present, sharedFacts } from '../shared-facts.js';
import { defineKind } from '../snapshot-kind.js';
import { flag, inheritanceFacts, relationColumns, type RelationRow, storageFacts } from './relation-facts.js';

interface TableRow extends RelationRow {
  readonly relpersistence: string;
  readonly relreplident: string;
  readonly row_security: boolean;
  readonly force_row_security: boolean;
  readonly partition_key: string | null;
  readonly of_type: string | null;
  readonly detaching: boolean;
}

/** Of the index that stands for the rows, the index itself tells. */
const replicaIdentities: Readonly<Record<string, string>> = { n: 'nothing', f: 'full', i: 'index' };

/**
 * Structure: `unlogged`, `partitionKey` (as pg_get_partkeydef), `partitionOf` + `bound` (+ `detaching`), `inherits` (in
 * order), `ofType`, `rowSecurity`, `forceRowSecurity`. Physical: `options`, `toastOptions`, `accessMethod` (when not
 * heap), `tablespace`, `replicaIdentity`.
 */
export default defineKind<TableRow>({
  kind: 'table',
  sql: `SELECT ${relationColumns}, r.relpersistence, r.relreplident, r.relrowsecurity AS row_security,
    r.relforcerowsecurity AS force_row_security,
    CASE WHEN r.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(r.oid) END AS partition_key,
    CASE WHEN r.reloftype <> 0 THEN pg_catalog.format_type(r.reloftype, NULL) END AS of_type,
    EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = r.oid AND i.inhdetachpending) AS detaching
  FROM rels r WHERE r.wanted AND r.relkind IN ('r', 'p')`,
  facts: (row) => {
    const { structure, access } = sharedFacts(row);
    return {
      structure: {
        ...structure,
        ...inheritanceFacts(row),
        ...present({
          unlogged: flag(row.relpersistence === 'u'),
          partitionKey: row.partition_key,
          detaching: flag(row.detaching),
          ofType: row.of_type,
          rowSecurity: flag(row.row_security),
          forceRowSecurity: flag(row.force_row_security),
        }),
      },
      access,
      physical: { ...storageFacts(row), ...present({ replicaIdentity: replicaIdentities[row.relreplident] }) },
    };
  },
});
