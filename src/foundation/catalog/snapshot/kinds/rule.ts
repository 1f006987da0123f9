import type { ObjectKind } from '../../../../model/schema-snapshot.js';
import { present, sharedColumns, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';
import { enabledState } from './relation-facts.js';

interface RuleRow extends SnapshotRow, SharedRow {
  readonly relation: string;
  readonly relation_kind: ObjectKind;
  readonly definition: string;
  readonly enabled: string;
}

/** The query of a view is a fact of the view. Structure: `definition` (as pg_get_ruledef), `enabled` where switched. */
export default defineKind<RuleRow>({
  kind: 'rule',
  sql: `SELECT 'pg_rewrite' AS classid, w.oid::pg_catalog.text AS objid, 0 AS objsubid,
    pg_catalog.quote_ident(w.rulename) || ' on ' || r.identity AS identity, r.identity AS relation, r.kind AS relation_kind,
    pg_catalog.pg_get_ruledef(w.oid) AS definition, w.ev_enabled AS enabled,
    ${sharedColumns({ catalog: 'pg_rewrite', oid: 'w.oid' })}
  FROM pg_catalog.pg_rewrite w JOIN rels r ON r.oid = w.ev_class WHERE r.wanted AND w.ev_type <> '1'`,
  facts: (row) => ({
    structure: present({ comment: row.comment, definition: row.definition, enabled: enabledState(row.enabled) }),
    access: present({ securityLabels: row.labels }),
  }),
  parent: (row) => ({ kind: row.relation_kind, identity: row.relation }),
});
