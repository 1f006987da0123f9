import type { Node } from '@pgsql/types';
import { textOrNull } from '../../../../foundation/activity/row-values.js';
import { nameParts } from '../../../../foundation/effects/tree-names.js';
import { loadParser } from '../../../../foundation/sql/parse.js';
import { parseOnce } from '../../../../foundation/sql/parse-once.js';
import type { Migration } from '../../../../model/migration.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { isRecord } from '../../gate-settings.js';
import { firstOf } from '../../in-words.js';
import { managedServiceSql } from './reading/managed-service.js';
import { readRows } from './reading/read-shortly.js';

const extensionsSql = `SELECT n.name, e.extversion AS installed, a.default_version,
    (SELECT pg_catalog.array_agg(v.version) FROM pg_catalog.pg_available_extension_versions() v WHERE v.name = n.name) AS versions,
    (SELECT pg_catalog.bool_or(v.trusted) FROM pg_catalog.pg_available_extension_versions() v WHERE v.name = n.name) AS trusted,
    (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = coalesce($2, current_user)) AS superuser,
    ${managedServiceSql} AS service
  FROM pg_catalog.unnest($1::pg_catalog.text[]) AS n(name) LEFT JOIN pg_catalog.pg_extension e ON e.extname = n.name
    LEFT JOIN pg_catalog.pg_available_extensions() a ON a.name = n.name`;

type Need = {
  readonly name: string;
  /** `installed`: the project demands it (setting `required`); `create`, `update`: the change does it. */
  readonly how: 'installed' | 'create' | 'update';
  readonly version: string | null;
};
type Extension = Need & {
  readonly installed: string | null;
  /** What CREATE EXTENSION would install; null where its files are missing. */
  readonly available: string | null;
  readonly versionAvailable: boolean;
  /** Whether the role may create it: it is trusted, or the role is a superuser. */
  readonly mayCreate: boolean;
  readonly managedService: string | null;
};
type Observation = { readonly extensions: readonly Extension[] };

const remedy =
  'Install the same version of its package on the server, and of all standbys, then CREATE EXTENSION or ALTER EXTENSION … UPDATE.';

function decide({ extensions }: Observation): GateDecision {
  const broken = extensions.flatMap((one) => problemOf(one) ?? []);
  if (broken.length > 0) return block(`${firstOf(broken)}.`, remedy);
  const asking = extensions.filter((one) => one.how === 'create' && one.installed === null && !one.mayCreate);
  const names = firstOf(asking.map(({ name }) => name));
  if (asking.some(({ managedService }) => managedService !== null)) {
    return unknown(
      `${names}: the service decides who may create it.`,
      'Look it up in the list of extensions of the service, create it beforehand, or waive this gate by name.',
    );
  }
  if (asking.length > 0) {
    return block(
      `Only a superuser may create ${names}.`,
      'Have it created beforehand, and write CREATE EXTENSION IF NOT EXISTS.',
    );
  }
  const older = extensions.filter(
    ({ how, installed, available }) => how === 'installed' && available !== null && installed !== available,
  );
  if (older.length > 0) {
    return warn(
      `Newer files than the extension: ${firstOf(older.map(({ name, installed, available }) => `${name} ${installed} (${available})`))}.`,
      'ALTER EXTENSION … UPDATE, when it suits.',
    );
  }
  return pass(
    extensions.length === 0 ? 'No extension is needed.' : `All ${extensions.length} needed extensions are there.`,
  );
}

function problemOf({ name, how, version, installed, available, versionAvailable }: Extension): string | null {
  if (how === 'installed') {
    if (installed === null) return `${name} is not installed`;
    return version === null || version === installed ? null : `${name} is ${installed} here and has to be ${version}`;
  }
  if (how === 'update' && installed === null) return `${name} is not installed, so it cannot be updated`;
  if (how === 'create' && installed !== null) return null;
  if (available === null) return `The files of ${name} are not on the server`;
  return versionAvailable ? null : `The server has no version ${version} of ${name}`;
}

/** What the change creates and updates, and what the project says it needs. The parser has to be loaded. */
function findNeeds(migrations: readonly Migration[], { settings }: GatePolicy): readonly Need[] {
  const required = isRecord(settings['required']) ? settings['required'] : {};
  const fromPolicy = Object.entries(required).map(
    ([name, version]): Need => ({ name, how: 'installed', version: typeof version === 'string' ? version : null }),
  );
  const fromChange = migrations
    .flatMap((migration) => migration.statements)
    .flatMap((statement) => {
      const parsed = parseOnce(statement);
      return parsed.ok ? (parsed.tree.stmts ?? []).flatMap(({ stmt }) => (stmt === undefined ? [] : needOf(stmt))) : [];
    });
  return [...fromPolicy, ...fromChange];
}

function needOf(node: Node): readonly Need[] {
  if ('CreateExtensionStmt' in node) {
    const { extname = '', options } = node.CreateExtensionStmt;
    return [{ name: extname, how: 'create', version: newVersion(options) }];
  }
  if (!('AlterExtensionStmt' in node)) return [];
  const { extname = '', options } = node.AlterExtensionStmt;
  return [{ name: extname, how: 'update', version: newVersion(options) }];
}

function newVersion(options: readonly Node[] | undefined): string | null {
  const found = (options ?? []).find((one) => 'DefElem' in one && one.DefElem.defname === 'new_version');
  return found !== undefined && 'DefElem' in found ? (nameParts(found.DefElem.arg)[0] ?? null) : null;
}

export default defineGate<Observation>({
  id: 'extensions',
  title: 'The extensions that the change needs are there',
  why: 'CREATE EXTENSION fails where its files are missing or the role may not; another version has other functions.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/sql-createextension.html'],
  blindSpot:
    'Which extensions a rehearsal had is not recorded: name those that matter, with versions, in policy.gates.extensions.required. Files on standbys are not seen.',
  settings: [
    { name: 'required', meaning: 'Extensions that have to be installed, each with its version or true', byTier: null },
  ],
  inspect: async ({ session, change, target }, policy) => {
    await loadParser();
    const needs = findNeeds(change.migrations, policy);
    const values = [[...new Set(needs.map(({ name }) => name))], target.role];
    const rows = needs.length === 0 ? [] : await readRows(session, 'extensions', { sql: extensionsSql, values });
    const byName = new Map(rows.map((row) => [String(row['name']), row]));
    return {
      extensions: needs.map((need) => {
        const row = byName.get(need.name) ?? {};
        const versions = (row['versions'] ?? []) as readonly string[];
        return {
          ...need,
          installed: textOrNull(row, 'installed'),
          available: textOrNull(row, 'default_version'),
          versionAvailable: need.version === null || versions.includes(need.version),
          mayCreate: row['trusted'] === true || row['superuser'] === true,
          managedService: textOrNull(row, 'service'),
        };
      }),
    };
  },
  decide,
});
