import { objectKey, type ObjectKind } from '../../../../model/schema-snapshot.js';
import { present, sharedColumns, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';
import { enabledState } from './relation-facts.js';

interface TriggerRow extends SnapshotRow, SharedRow {
  readonly relation: string;
  readonly relation_kind: ObjectKind;
  readonly definition: string;
  readonly enabled: string;
  readonly made_by: string | null;
}

/**
 * Those that somebody made, constraint triggers too. Structure: `definition` (as pg_get_triggerdef), `enabled` where
 * switched, `madeBy` (key of the parent's trigger, of which this is the partition's copy).
 */
export default defineKind<TriggerRow>({
  kind: 'trigger',
  sql: `SELECT 'pg_trigger' AS classid, g.oid::pg_catalog.text AS objid, 0 AS objsubid,
    pg_catalog.quote_ident(g.tgname) || ' on ' || r.identity AS identity, r.identity AS relation, r.kind AS relation_kind,
    pg_catalog.pg_get_triggerdef(g.oid) AS definition, g.tgenabled AS enabled,
    pg_catalog.quote_ident(p.tgname) || ' on ' || pr.identity AS made_by,
    ${sharedColumns({ catalog: 'pg_trigger', oid: 'g.oid' })}
  FROM pg_catalog.pg_trigger g JOIN rels r ON r.oid = g.tgrelid
    LEFT JOIN pg_catalog.pg_trigger p ON p.oid = g.tgparentid LEFT JOIN rels pr ON pr.oid = p.tgrelid
  WHERE r.wanted AND NOT g.tgisinternal`,
  facts: (row) => ({
    structure: present({
      comment: row.comment,
      definition: row.definition,
      enabled: enabledState(row.enabled),
      madeBy: row.made_by === null ? undefined : objectKey('trigger', row.made_by),
    }),
    access: present({ securityLabels: row.labels }),
  }),
  parent: (row) => ({ kind: row.relation_kind, identity: row.relation }),
});
