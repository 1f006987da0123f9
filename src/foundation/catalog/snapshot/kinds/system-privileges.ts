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
  },
  // `public` is read as a schema of its own.
  {
    catalog: 'pg_namespace',
    acl: 'o.nspacl',
    owner: 'o.nspowner',
    letter: 'n',
    word: 'SCHEMA',
    where: `o.nspname <> 'public'`,
  },
  { catalog: 'pg_language', acl: 'o.lanacl', owner: 'o.lanowner', letter: 'l', word: 'LANGUAGE' },
];

function holderSql({ catalog, acl, owner, letter, word, where = 'true' }: Holder): string {
  const sorted = (list: string) =>
    `ARRAY(SELECT item::pg_catalog.text FROM pg_catalog.unnest(${list}) item ORDER BY 1)`;
  const usual = `pg_catalog.acldefault('${letter}', ${owner})`;
  return `SELECT '${catalog}' AS classid, o.oid::pg_catalog.text AS objid, 0 AS objsubid,
      '${word} ' || (pg_catalog.pg_identify_object('pg_catalog.${catalog}'::pg_catalog.regclass, o.oid, 0)).identity AS identity,
      ${grantListSql(`coalesce(${acl}, ${usual})`)} AS granted, ${grantListSql(`coalesce(i.initprivs, ${usual})`)} AS initially
    FROM pg_catalog.${catalog} o LEFT JOIN pg_catalog.pg_init_privs i ON i.objoid = o.oid AND i.objsubid = 0
      AND i.classoid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND i.privtype = 'i'
    WHERE o.oid < ${firstUserOid} AND ${where} AND ${acl} IS DISTINCT FROM i.initprivs
      AND ${sorted(`coalesce(${acl}, ${usual})`)} <> ${sorted(`coalesce(i.initprivs, ${usual})`)}`;
}

/** Rights on what initdb made, where they are not as it left them. */
export default defineKind<SystemPrivilegesRow>({
  kind: 'system privileges',
  sql: holders.map(holderSql).join('\n    UNION ALL\n    '),
  facts: ({ granted, initially }) => ({
    access: present({ grants: granted as unknown as JsonValue, initially: initially as unknown as JsonValue }),
  }),
});
