import { diffSnapshots } from '../../../foundation/catalog/snapshot/diff.js';
import type { ObjectDifference, ObjectKind, SchemaSnapshot } from '../../../model/schema-snapshot.js';

/** More lines than this nobody reads. */
const mostChecks = 40;

/**
 * One query that says of each object that the change made or took whether it is gone or back; null when no object came
 * or went. It reads the catalog alone, so that it takes no lock that counts.
 */
export function verificationQuery(before: SchemaSnapshot, after: SchemaSnapshot): string | null {
  const differences = diffSnapshots(before, after, { facets: ['structure'] });
  const whole = new Set(differences.filter(({ change }) => change !== 'changed').map(keyOf));
  const parents = new Map(
    [...before.objects, ...after.objects].map((object) => [`${object.kind} ${object.identity}`, object.parent]),
  );
  const checks = differences.flatMap((difference) => {
    const parent = parents.get(keyOf(difference)) ?? null;
    // A column comes and goes with its table.
    if (difference.change === 'changed' || (parent !== null && whole.has(parent))) return [];
    const exists = existence(difference, parent);
    if (exists === null) return [];
    const gone = difference.change === 'added';
    const what = `${keyOf(difference)} is ${gone ? 'gone' : 'back'}`;
    return [`SELECT ${literal(what)} AS "check", ${gone ? `NOT (${exists})` : exists} AS ok`];
  });
  return checks.length === 0 ? null : checks.slice(0, mostChecks).join('\nUNION ALL ');
}

function keyOf({ kind, identity }: ObjectDifference): string {
  return `${kind} ${identity}`;
}

/** Functions that turn a name into an OID, or into null when nothing is called so. */
const lookups: Partial<Readonly<Record<ObjectKind, string>>> = {
  table: 'to_regclass',
  view: 'to_regclass',
  'materialized view': 'to_regclass',
  'foreign table': 'to_regclass',
  sequence: 'to_regclass',
  index: 'to_regclass',
  'composite type': 'to_regtype',
  type: 'to_regtype',
  domain: 'to_regtype',
  function: 'to_regprocedure',
  procedure: 'to_regprocedure',
  schema: 'to_regnamespace',
};

/** Catalogs of what is part of a table, with the columns of its table and of its name. */
const parts: Partial<Readonly<Record<ObjectKind, readonly [catalog: string, table: string, name: string]>>> = {
  constraint: ['pg_constraint', 'conrelid', 'conname'],
  trigger: ['pg_trigger', 'tgrelid', 'tgname'],
  policy: ['pg_policy', 'polrelid', 'polname'],
  rule: ['pg_rewrite', 'ev_class', 'rulename'],
};

function existence({ kind, identity }: ObjectDifference, parent: string | null): string | null {
  const lookup = lookups[kind];
  if (lookup !== undefined) return `pg_catalog.${lookup}(${literal(identity)}) IS NOT NULL`;
  const holder = parent?.replace(/^(?:table|view|materialized view|foreign table|composite type|domain) /, '');
  if (holder === undefined) return null;
  const relation = `pg_catalog.to_regclass(${literal(holder)})`;
  if (kind === 'column') {
    const name = unquoted(identity.slice(holder.length + 1));
    return `EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = ${relation} AND attname = ${literal(name)} AND NOT attisdropped)`;
  }
  const part = parts[kind];
  if (part === undefined || !identity.endsWith(` on ${holder}`)) return null;
  const [catalog, table, column] = part;
  const name = unquoted(identity.slice(0, -` on ${holder}`.length));
  return `EXISTS (SELECT FROM pg_catalog.${catalog} WHERE ${table} = ${relation} AND ${column} = ${literal(name)})`;
}

/** The name behind what quote_ident wrote. */
function unquoted(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier;
}

/** Means the same whatever standard_conforming_strings says. */
function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}
