import type { JsonValue } from '../../../model/json.js';

/** One privilege that somebody has. Roles as quote_ident writes them, so that PUBLIC can only be everybody. */
export interface Grant {
  readonly grantee: string;
  readonly grantor: string;
  /** `SELECT`, `EXECUTE`… */
  readonly privilege: string;
  readonly grantable: boolean;
}

/** What most kinds have beside their own facts. */
export interface SharedRow {
  readonly comment: string | null;
  /** `provider: label`, sorted. */
  readonly labels: readonly string[] | null;
  /** As quote_ident writes it; undefined for kinds without. */
  readonly owner?: string;
  /** Null where they are what the owner has by default. */
  readonly grants?: readonly Grant[] | null;
}

export interface SharedColumns {
  /** `pg_proc`. */
  readonly catalog: string;
  /** SQL of the object's OID, of its owner's, and of its ACL with acldefault's letter. */
  readonly oid: string;
  readonly owner?: string;
  readonly acl?: { readonly sql: string; readonly letter: string };
}

/** SQL of the columns of a `SharedRow`. */
export function sharedColumns({ catalog, oid, owner, acl }: SharedColumns): string {
  return [
    `${commentSql(catalog, oid)} AS comment`,
    // Hardly any database has one: then it is looked up once, and not for each object.
    `CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_seclabel) THEN (SELECT pg_catalog.json_agg(said.provider || ': ' || said.label ORDER BY said.provider COLLATE "C")
      FROM pg_catalog.pg_seclabel said
      WHERE said.classoid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND said.objoid = ${oid} AND said.objsubid = 0) END AS labels`,
    ...(owner === undefined ? [] : [`${roleSql(owner)} AS owner`]),
    ...(acl === undefined || owner === undefined ? [] : [`${grantsSql(acl.sql, acl.letter, owner)} AS grants`]),
  ].join(',\n    ');
}

/** SQL of an object's comment. obj_description() is an SQL function that the planner cannot inline: it takes ten times as long. */
export function commentSql(catalog: string, oid: string): string {
  return `(SELECT remark.description FROM pg_catalog.pg_description remark
      WHERE remark.classoid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND remark.objoid = ${oid} AND remark.objsubid = 0)`;
}

/** SQL of a role's name, as quote_ident writes it. */
export function roleSql(oid: string): string {
  return `pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(${oid}))`;
}

/** SQL of an ACL as a JSON list of `Grant`s; null where it says the same as none at all would. */
export function grantsSql(acl: string, letter: string, owner: string): string {
  const sorted = (list: string) =>
    `ARRAY(SELECT item::pg_catalog.text FROM pg_catalog.unnest(${list}) item ORDER BY 1)`;
  return `CASE WHEN ${acl} IS NULL OR ${sorted(acl)} = ${sorted(`pg_catalog.acldefault('${letter}', ${owner})`)} THEN NULL
      ELSE ${grantListSql(acl)} END`;
}

/** SQL of an ACL as a JSON list of `Grant`s, whatever it says. */
export function grantListSql(acl: string): string {
  return `(SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
        'grantee', CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE ${roleSql('g.grantee')} END,
        'grantor', ${roleSql('g.grantor')}, 'privilege', g.privilege_type, 'grantable', g.is_grantable)
        ORDER BY CASE g.grantee WHEN 0 THEN '' ELSE pg_catalog.pg_get_userbyid(g.grantee) END COLLATE "C",
          pg_catalog.pg_get_userbyid(g.grantor) COLLATE "C", g.privilege_type COLLATE "C"), '[]')
      FROM pg_catalog.aclexplode(${acl}) g)`;
}

/** Facts of an object with its own structure; the comment belongs to it, owner, grants and labels to access. */
export function sharedFacts(
  { comment, owner, grants, labels }: SharedRow,
  structure: Readonly<Record<string, JsonValue | undefined>> = {},
) {
  return {
    structure: present({ ...structure, comment }),
    access: present({ owner, grants: grants as JsonValue | undefined, securityLabels: labels }),
  };
}

/** Only what is there: what the server makes by default is left out of the facts. */
export function present(facts: Readonly<Record<string, JsonValue | undefined>>): Readonly<Record<string, JsonValue>> {
  const there = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(there) as Readonly<Record<string, JsonValue>>;
}
