import { type ObjectKind, objectKey } from '../../../../model/schema-snapshot.js';
import { present, sharedColumns, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';
import { firstUserOid, isWantedType } from '../scope.js';
import { enabledState, flag } from './relation-facts.js';

interface ConstraintRow extends SnapshotRow, SharedRow {
  readonly type: string;
  readonly holder: string;
  readonly holder_kind: ObjectKind;
  readonly definition: string;
  readonly validated: boolean;
  readonly enforced: boolean;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly inherited: boolean;
  readonly local: boolean;
  readonly made_by: string | null;
  readonly own_triggers: string | null;
  readonly other_triggers: string | null;
}

const types: Readonly<Record<string, string>> = {
  c: 'check',
  f: 'foreign key',
  p: 'primary key',
  u: 'unique',
  x: 'exclusion',
  n: 'not null',
};

/** The states of the system's own triggers that enforce it, as far as somebody has switched them: of either table. */
function triggersSql(comparison: '=' | '<>'): string {
  return `(SELECT pg_catalog.string_agg(DISTINCT g.tgenabled::pg_catalog.text, '') FROM pg_catalog.pg_trigger g
      WHERE k.contype IN ('f', 'u', 'p', 'x') AND g.tgconstraint = k.oid AND g.tgisinternal AND g.tgenabled <> 'O'
        AND g.tgrelid ${comparison} k.conrelid)`;
}

const columns = (major: number): string => `'pg_constraint' AS classid, k.oid::pg_catalog.text AS objid, 0 AS objsubid,
    k.contype AS type, pg_catalog.pg_get_constraintdef(k.oid) AS definition, k.convalidated AS validated,
    ${major >= 18 ? 'k.conenforced' : 'true'} AS enforced, k.condeferrable AS deferrable, k.condeferred AS deferred,
    k.coninhcount > 0 AS inherited, k.conislocal AS local,
    ${sharedColumns({ catalog: 'pg_constraint', oid: 'k.oid' })}`;

/**
 * Those of tables and of domains. Left out: NOT NULL of columns (a fact of the column), constraint triggers (triggers),
 * and the copies that a foreign key to a partitioned table keeps for each partition that it refers to, which nobody
 * can name.
 */
function constraintsSql(major: number): string {
  return `SELECT ${columns(major)}, pg_catalog.quote_ident(k.conname) || ' on ' || r.identity AS identity,
    r.identity AS holder, r.kind AS holder_kind,
    CASE WHEN p.oid IS NOT NULL THEN pg_catalog.quote_ident(p.conname) || ' on ' || pr.identity END AS made_by,
    ${triggersSql('=')} AS own_triggers, ${triggersSql('<>')} AS other_triggers
  FROM pg_catalog.pg_constraint k JOIN rels r ON r.oid = k.conrelid
    LEFT JOIN pg_catalog.pg_constraint p ON p.oid = k.conparentid LEFT JOIN rels pr ON pr.oid = p.conrelid
  WHERE r.wanted AND k.contype IN ('c', 'f', 'p', 'u', 'x') AND p.conrelid IS DISTINCT FROM k.conrelid
  UNION ALL
  SELECT ${columns(major)}, pg_catalog.quote_ident(k.conname) || ' on ' || pg_catalog.format_type(t.oid, NULL),
    pg_catalog.format_type(t.oid, NULL), 'domain', NULL, NULL, NULL
  FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_type t ON t.oid = k.contypid JOIN spaces s ON s.oid = t.typnamespace
  WHERE k.contype = 'c' AND t.oid >= ${firstUserOid} AND ${isWantedType('t.oid')} AND NOT EXISTS (SELECT FROM members m
    WHERE m.objid = t.oid AND m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass)`;
}

/**
 * Structure: `type`, `definition` (as pg_get_constraintdef, without what the next facts say), `deferrable`
 * (`initially immediate | initially deferred`), `notEnforced`, `notValid`, `inherited` (`only`, or `merged` with a
 * declaration of its own), `madeBy` (key of the parent's constraint, of which this is the partition's copy), and
 * `ownTriggers`, `otherTriggers` (state of the system's triggers on the own and the referenced table where switched).
 */
export default defineKind<ConstraintRow>({
  kind: 'constraint',
  sql: constraintsSql,
  facts: (row) => ({
    structure: present({
      comment: row.comment,
      type: types[row.type],
      definition: bareDefinition(row),
      deferrable: row.deferrable ? (row.deferred ? 'initially deferred' : 'initially immediate') : undefined,
      notEnforced: flag(!row.enforced),
      notValid: flag(row.enforced && !row.validated),
      inherited: row.inherited ? (row.local ? 'merged' : 'only') : undefined,
      madeBy: row.made_by === null ? undefined : objectKey('constraint', row.made_by),
      ownTriggers: enabledState(row.own_triggers),
      otherTriggers: enabledState(row.other_triggers),
    }),
    access: present({ securityLabels: row.labels }),
  }),
  parent: (row) => ({ kind: row.holder_kind, identity: row.holder }),
});

/** pg_get_constraintdef ends with the words of these states, in this order. */
function bareDefinition({ definition, deferrable, deferred, enforced, validated }: ConstraintRow): string {
  const words = [
    deferrable ? ' DEFERRABLE' : '',
    deferred ? ' INITIALLY DEFERRED' : '',
    enforced ? '' : ' NOT ENFORCED',
    enforced && !validated ? ' NOT VALID' : '',
  ].join('');
  return definition.endsWith(words) ? definition.slice(0, definition.length - words.length) : definition;
}
