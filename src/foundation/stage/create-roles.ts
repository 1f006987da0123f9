import type { Script } from '../../model/migration.js';
import type { Session } from '../postgres/session.js';
import { parseStatement } from '../sql/parse.js';
import { quoteIdentifier } from '../sql/quote-identifier.js';

/** Roles that the scripts name and do not create themselves, in order of appearance. The parser must be loaded. */
export function namedRoles(scripts: readonly Script[]): readonly string[] {
  const named = new Set<string>();
  const created = new Set<string>();
  for (const { statements } of scripts) {
    for (const { sql } of statements) {
      if (!/\b(?:role|user|group|owner|owned|grant|revoke|to|for|authorization)\b/i.test(sql)) continue;
      const parsed = parseStatement(sql);
      if (parsed.ok) collectRoles(parsed.tree, { named, created });
    }
  }
  return [...named].filter((role) => !created.has(role));
}

interface Found {
  readonly named: Set<string>;
  readonly created: Set<string>;
}

function collectRoles(node: unknown, found: Found): void {
  if (Array.isArray(node)) {
    for (const item of node) collectRoles(item, found);
  } else if (typeof node === 'object' && node !== null) {
    for (const [key, value] of Object.entries(node)) {
      if (key === 'CreateRoleStmt') remember(found.created, value, 'role');
      if (key === 'RoleSpec' || isRoleSpec(value)) remember(found.named, value, 'rolename');
      collectRoles(value, found);
    }
  }
}

function isRoleSpec(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'roletype' in value;
}

function remember(names: Set<string>, node: unknown, property: string): void {
  const name: unknown = typeof node === 'object' && node !== null ? Reflect.get(node, property) : undefined;
  if (typeof name === 'string') names.add(name);
}

/** Creates the roles that the server lacks, without rights and without login; returns their names. */
export async function createMissingRoles(session: Session, roles: readonly string[]): Promise<readonly string[]> {
  const { rows } = await session.query(
    'SELECT wanted.name FROM pg_catalog.unnest($1::text[]) AS wanted(name) WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = wanted.name)',
    [[...new Set(roles)]],
  );
  const missing = rows.map((row) => String(row['name']));
  for (const role of missing) await session.query(`CREATE ROLE ${quoteIdentifier(role)}`);
  return missing;
}
