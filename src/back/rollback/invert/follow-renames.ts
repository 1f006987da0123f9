import { type ObjectKind, objectKey, type SchemaSnapshot } from '../../../model/schema-snapshot.js';
import { quoteIdentifier } from '../../../foundation/sql/quote-identifier.js';
import type { Rename } from './inversion.js';
import { leadingNames, mapNames } from './sql-names.js';

interface Named {
  readonly kind: ObjectKind;
  readonly keyBefore: string;
  identity: string;
}

const relationKinds: ReadonlySet<ObjectKind> = new Set([
  'table',
  'view',
  'materialized view',
  'foreign table',
  'index',
  'sequence',
  'composite type',
]);

/**
 * Key after → key before of everything that the renames, one after another, gave another name, itself or through the
 * schema or table that it is part of. Only where the later snapshot has it under that name.
 */
export function followRenames(
  before: SchemaSnapshot,
  after: SchemaSnapshot,
  renames: readonly Rename[],
): ReadonlyMap<string, string> {
  if (renames.length === 0) return new Map();
  const all = before.objects.map(
    ({ kind, identity }): Named => ({ kind, identity, keyBefore: objectKey(kind, identity) }),
  );
  for (const rename of renames) follow(rename, all);
  const there = new Set(after.objects.map(({ kind, identity }) => objectKey(kind, identity)));
  const found = all.map(({ kind, identity, keyBefore }) => [objectKey(kind, identity), keyBefore] as const);
  return new Map(found.filter(([keyAfter, keyBefore]) => keyAfter !== keyBefore && there.has(keyAfter)));
}

function follow(rename: Rename, all: readonly Named[]): void {
  const candidates = all.filter((one) => isMeant(one, rename));
  const [renamed] = candidates;
  // A bare name that several schemas have says too little.
  if (renamed === undefined || candidates.length > 1) return;
  const to = quoteIdentifier(rename.to);
  const old = leadingNames(renamed.identity);
  const young = rename.kind === 'schema' ? [to] : [...old.slice(0, -1), to];
  const own = renamed.identity;
  renamed.identity = `${young.join('.')}${own.slice(old.join('.').length)}`;
  if (rename.kind === 'schema' || relationKinds.has(rename.kind)) {
    for (const one of all) if (one !== renamed) one.identity = moveNames(one.identity, old, young);
  }
}

function moveNames(identity: string, old: readonly string[], young: readonly string[]): string {
  return mapNames(identity, (chain) =>
    chain.length > old.length - (old.length > 1 ? 1 : 0) && old.every((name, at) => chain[at] === name)
      ? [...young, ...chain.slice(old.length)]
      : chain,
  );
}

function isMeant({ kind, identity }: Named, { kind: meant, schema, table, from }: Rename): boolean {
  if (kind !== meant && !(relationKinds.has(kind) && relationKinds.has(meant))) return false;
  const names = leadingNames(identity);
  if (names.at(-1) !== quoteIdentifier(from)) return false;
  const place = kind === 'column' ? names : leadingNames(identity.replace(/^.* on /s, ''));
  const [inSchema, inTable] = place;
  if (schema !== null && meant !== 'schema' && inSchema !== quoteIdentifier(schema)) return false;
  return table === null || inTable === quoteIdentifier(table);
}
