import type { ObjectKind } from '../../../../model/schema-snapshot.js';
import { present, sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface StatisticsRow extends SnapshotRow, SharedRow {
  readonly relation: string;
  readonly relation_kind: ObjectKind;
  readonly definition: string;
  readonly target: number | null;
}

/** Goes with its table. Structure: `definition` (as pg_get_statisticsobjdef). Physical: `statistics`, the target. */
export default defineKind<StatisticsRow>({
  kind: 'statistics object',
  sql: `SELECT 'pg_statistic_ext' AS classid, x.oid::pg_catalog.text AS objid, 0 AS objsubid,
    s.name || '.' || pg_catalog.quote_ident(x.stxname) AS identity, r.identity AS relation, r.kind AS relation_kind,
    pg_catalog.pg_get_statisticsobjdef(x.oid) AS definition,
    CASE WHEN x.stxstattarget >= 0 THEN x.stxstattarget END AS target,
    ${sharedColumns({ catalog: 'pg_statistic_ext', oid: 'x.oid', owner: 'x.stxowner' })}
  FROM pg_catalog.pg_statistic_ext x JOIN spaces s ON s.oid = x.stxnamespace JOIN rels r ON r.oid = x.stxrelid
  WHERE r.wanted`,
  facts: (row) => {
    const { structure, access } = sharedFacts(row);
    return {
      structure: { ...structure, ...present({ definition: row.definition }) },
      access,
      physical: present({ statistics: row.target }),
    };
  },
  parent: (row) => ({ kind: row.relation_kind, identity: row.relation }),
});
