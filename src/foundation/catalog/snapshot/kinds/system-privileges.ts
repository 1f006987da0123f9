import type { JsonValue } from '../../../../model/json.js';
import { type Grant, grantListSql, present } from '../shared-facts.js';
import { firstUserOid } from '../scope.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface SystemPrivilegesRow extends SnapshotRow {
  readonly granted: readonly Grant[];
  readonly initially: readonly Grant[];
}

interface Holder {
  readonly catalog: string;
  /** Columns of the catalog: the ACL, the owner, and acldefault's letter. */
  readonly acl: string;
  readonly owner: string;
  readonly letter: string;
  /** What GRANT calls it. */
  readonly word: string;
  readonly where?: string;
  /** Whatever else holds an object with grants of which initdb kept no account: SQL of a condition, and of the grant. */
  readonly unrecorded?: { readonly when: string; readonly also: string };
}

/** Types are left out: hardly anybody grants on one of the server's own. */
const holders: readonly Holder[] = [
  { catalog: 'pg_proc', acl: 'o.proacl', owner: 'o.proowner', letter: 'f', word: 'ROUTINE' },
  {
    catalog: 'pg_class',
    acl: 'o.relacl',
    owner: 'o.relowner',
    letter: 'r',
    word: 'TABLE',
    where: `o.relkind IN ('r', 'v')`,
    // initdb makes the information schema after it has noted what is granted.
    unrecorded: {
      when: `o.relacl IS NOT NULL AND o.relnamespace = 'information_schema'::pg_catalog.regnamespace`,
      also: `pg_catalog.makeaclitem(0, o.relowner, 'SELECT', false)`,
    },
  },
  // `public` is read as a schema of its own, whatever it is called by now.
  {
    catalog: 'pg_namespace',
    acl: 'o.nspacl',
    owner: 'o.nspowner',
    letter: 'n',
    word: 'SCHEMA',
    where: 'o.oid NOT IN (SELECT s.oid FROM spaces s)',
    unrecorded: {
      when: `o.nspacl IS NOT NULL AND o.nspname = 'information_schema'`,
      also: `pg_catalog.makeaclitem(0, o.nspowner, 'USAGE', false)`,
    },
  },
  { catalog: 'pg_language', acl: 'o.lanacl', owner: 'o.lanowner', letter: 'l', word: 'LANGUAGE' },
];

function holderSql({ catalog, acl, owner, letter, word, where = 'true', unrecorded }: Holder): string {
  const sorted = (list: string) =>
    `ARRAY(SELECT item::pg_catalog.text FROM pg_catalog.unnest(${list}) item ORDER BY 1)`;
  const usual = `pg_catalog.acldefault('${letter}', ${owner})`;
  const initial =
    unrecorded === undefined
      ? `coalesce(i.initprivs, ${usual})`
      : `CASE WHEN i.initprivs IS NULL AND ${unrecorded.when} THEN ${usual} || ${unrecorded.also} ELSE coalesce(i.initprivs, ${usual}) END`;
  return `SELECT '${catalog}' AS classid, o.oid::pg_catalog.text AS objid, 0 AS objsubid,
      '${word} ' || (pg_catalog.pg_identify_object('pg_catalog.${catalog}'::pg_catalog.regclass, o.oid, 0)).identity AS identity,
      ${grantListSql(`coalesce(${acl}, ${usual})`)} AS granted, ${grantListSql(initial)} AS initially
    FROM pg_catalog.${catalog} o LEFT JOIN pg_catalog.pg_init_privs i ON i.objoid = o.oid AND i.objsubid = 0
      AND i.classoid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND i.privtype = 'i'
    WHERE o.oid < ${firstUserOid} AND ${where} AND ${acl} IS DISTINCT FROM i.initprivs
      AND ${sorted(`coalesce(${acl}, ${usual})`)} <> ${sorted(initial)}`;
}

/** Rights on what initdb made, where they are not as it left them. */
export default defineKind<SystemPrivilegesRow>({
  kind: 'system privileges',
  sql: holders.map(holderSql).join('\n    UNION ALL\n    '),
  facts: ({ granted, initially }) => ({
    access: present({ grants: granted as unknown as JsonValue, initially: initially as unknown as JsonValue }),
  }),
});
