import type { JsonValue } from '../../../../model/json.js';
import { quoteLiteral } from '../../../../foundation/sql/quote-identifier.js';
import type { EmitContext } from '../emitter.js';
import type { Piece } from '../piece.js';
import { commandWord, holderName, target } from '../sql-kind.js';
import { ownName } from '../sql-names.js';

interface Grant {
  readonly grantee: string;
  readonly grantor: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

function ownerOf({ access: { owner } }: Piece): string {
  return typeof owner === 'string' ? owner : 'CURRENT_USER';
}

/** What is set alike for all kinds, in statements: owner, grants, labels, comment of a piece that was just made. */
export function createShared(piece: Piece, context: EmitContext): readonly string[] {
  if (piece.kind === 'default privileges' || piece.kind === 'system privileges') return [];
  const { major, defaultGrantees } = context;
  const { owner } = piece.access;
  const owned = typeof owner === 'string' ? piece : ownedByTable(piece, context);
  const named = typeof owned.access['owner'] === 'string' ? defaultGrantees(objectsOf(piece.kind)) : null;
  return [
    // Whoever makes it owns it, an extension for good.
    ...(typeof owner === 'string' && owner !== context.maker && piece.kind !== 'extension'
      ? [ownerSql(piece, owner)]
      : []),
    ...(named === null
      ? grantsSql(owned, defaultGrants(owned, major), wantedGrants(owned, major))
      : [...revokeAllSql(owned, named), ...grantsSql(owned, [], wantedGrants(owned, major))]),
    ...labelsSql([], labelsOf(piece), piece),
    ...(typeof piece.facts['comment'] === 'string' ? [commentSql(piece)] : []),
  ];
}

/** The sequence of a column belongs to whoever owns the table. */
function ownedByTable(piece: Piece, { before }: EmitContext): Piece {
  if (piece.kind !== 'sequence') return piece;
  const { ownedBy } = piece.object.facts.structure;
  const column = typeof ownedBy === 'string' ? `column ${ownedBy}` : (piece.parent ?? '');
  const table = before(before(column)?.parent ?? '');
  const owner = table?.access['owner'];
  return owner === undefined ? piece : { ...piece, access: { ...piece.access, owner } };
}

/** The same for a piece that stays, of what has changed. */
export function alterShared(
  found: Piece,
  wanted: Piece,
  { shared, context }: { readonly shared: ReadonlySet<string>; readonly context: EmitContext },
): readonly string[] {
  const { major } = context;
  const to = typeof wanted.access['owner'] === 'string' ? wanted : ownedByTable(wanted, context);
  const from = to === wanted ? found : { ...found, access: { ...found.access, owner: to.access['owner'] ?? null } };
  const { owner } = to.access;
  const changesOwner = shared.has('owner') && typeof owner === 'string';
  const hands = changesOwner ? { from: ownerOf(from), to: owner } : handsOfTable(to, context);
  const held = hands === null ? wantedGrants(from, major) : handedOver(wantedGrants(from, major), hands);
  return [
    ...(changesOwner ? [ownerSql(to, owner)] : []),
    ...(shared.has('grants') || changesOwner ? grantsSql(to, held, wantedGrants(to, major)) : []),
    ...(shared.has('securityLabels') ? labelsSql(labelsOf(from), labelsOf(to), to) : []),
    ...(shared.has('comment') ? [commentSql(to)] : []),
  ];
}

function commentSql(piece: Piece): string {
  const { comment } = piece.facts;
  return `COMMENT ON ${target(piece)} IS ${typeof comment === 'string' ? quoteLiteral(comment) : 'NULL'}`;
}

function ownerSql(piece: Piece, owner: string): string {
  return `ALTER ${target(piece)} OWNER TO ${owner}`;
}

function labelsOf(piece: Piece): readonly string[] {
  const labels = piece.access['securityLabels'];
  return Array.isArray(labels) ? labels.map(String) : [];
}

function labelsSql(from: readonly string[], to: readonly string[], piece: Piece): readonly string[] {
  const provider = (label: string): string => label.slice(0, label.indexOf(': '));
  const lost = from.filter((label) => !to.some((other) => provider(other) === provider(label)));
  const set = (label: string, value: string): string =>
    `SECURITY LABEL FOR ${quoteLiteral(provider(label))} ON ${target(piece)} IS ${value}`;
  return [
    ...lost.map((label) => set(label, 'NULL')),
    ...to
      .filter((label) => !from.includes(label))
      .map((label) => set(label, quoteLiteral(label.slice(label.indexOf(': ') + 2)))),
  ];
}

/** What the owner and everybody have when nothing was granted. */
const defaults: Readonly<Record<string, { readonly owner: string; readonly everybody?: string }>> = {
  table: { owner: 'INSERT SELECT UPDATE DELETE TRUNCATE REFERENCES TRIGGER' },
  sequence: { owner: 'SELECT UPDATE USAGE' },
  schema: { owner: 'USAGE CREATE' },
  function: { owner: 'EXECUTE', everybody: 'EXECUTE' },
  type: { owner: 'USAGE', everybody: 'USAGE' },
  language: { owner: 'USAGE', everybody: 'USAGE' },
  'foreign-data wrapper': { owner: 'USAGE' },
  'foreign server': { owner: 'USAGE' },
  'large object': { owner: 'SELECT UPDATE' },
};

const likeOf: Readonly<Record<string, string>> = {
  view: 'table',
  'materialized view': 'table',
  'foreign table': 'table',
  procedure: 'function',
  aggregate: 'function',
  domain: 'type',
  'composite type': 'type',
};

/** The word of ALTER DEFAULT PRIVILEGES for objects of a kind. */
function objectsOf(kind: string): string {
  const like = likeOf[kind] ?? kind;
  return like === 'large object' ? 'LARGE OBJECTS' : `${like.toUpperCase()}S`;
}

/** Default privileges have given the new object what the old one may not have had. */
function revokeAllSql(piece: Piece, grantees: readonly string[]): readonly string[] {
  const from = new Set([ownerOf(piece), ...grantees]);
  return [`REVOKE ALL ON ${privilegeTarget(piece)} FROM ${[...from].join(', ')}`];
}

function defaultGrants({ kind, access }: Piece, major: number): readonly Grant[] {
  const like = likeOf[kind] ?? kind;
  const own = defaults[like];
  const { owner } = access;
  if (own === undefined || typeof owner !== 'string') return [];
  const words = [...own.owner.split(' '), ...(like === 'table' && major >= 17 ? ['MAINTAIN'] : [])];
  const grant = (grantee: string) => (privilege: string) => ({ grantee, grantor: owner, privilege, grantable: false });
  return [...words.map(grant(owner)), ...(own.everybody?.split(' ') ?? []).map(grant('PUBLIC'))];
}

function wantedGrants(piece: Piece, major: number): readonly Grant[] {
  const grants: JsonValue | undefined = piece.access['grants'];
  return Array.isArray(grants) ? (grants as readonly Grant[]) : defaultGrants(piece, major);
}

interface Hands {
  readonly from: string;
  readonly to: string;
}

/** What was granted on a column goes over with its table. */
function handsOfTable({ kind, parent }: Piece, { before, current }: EmitContext): Hands | null {
  if (kind !== 'column' || parent === null) return null;
  const [from, to] = [current(parent)?.access['owner'], before(parent)?.access['owner']];
  return typeof from === 'string' && typeof to === 'string' && from !== to ? { from, to } : null;
}

/** A change of owner hands over what the old one had and gave. */
function handedOver(grants: readonly Grant[], { from, to }: Hands): readonly Grant[] {
  const hand = (role: string): string => (role === from ? to : role);
  return grants.map((grant) => ({ ...grant, grantee: hand(grant.grantee), grantor: hand(grant.grantor) }));
}

function grantsSql(piece: Piece, from: readonly Grant[], to: readonly Grant[]): readonly string[] {
  const same = (one: Grant) => (other: Grant) =>
    one.grantee === other.grantee && one.privilege === other.privilege && one.grantor === other.grantor;
  const lost = from.filter((grant) => !to.some(same(grant)));
  const lessened = from.filter((grant) => grant.grantable && to.some((one) => same(grant)(one) && !one.grantable));
  const gained = to.filter((grant) => !from.some((one) => same(grant)(one) && (one.grantable || !grant.grantable)));
  const on = privilegeTarget(piece);
  return [
    ...grouped(lost, (grant, words) => `REVOKE ${words} ON ${on} FROM ${grant.grantee}`, piece),
    ...grouped(lessened, (grant, words) => `REVOKE GRANT OPTION FOR ${words} ON ${on} FROM ${grant.grantee}`, piece),
    ...grouped(
      gained,
      (grant, words) => `GRANT ${words} ON ${on} TO ${grant.grantee}${grant.grantable ? ' WITH GRANT OPTION' : ''}`,
      piece,
    ),
  ];
}

type WriteGrant = (grant: Grant, words: string) => string;

/** One statement for each grantee, grantor and option. A grant by another than the owner is made in that role's name. */
function grouped(grants: readonly Grant[], write: WriteGrant, piece: Piece): readonly string[] {
  const keyOf = ({ grantee, grantor, grantable }: Grant): string => JSON.stringify([grantee, grantor, grantable]);
  return [...new Set(grants.map(keyOf))].flatMap((key) => {
    const group = grants.filter((grant) => keyOf(grant) === key);
    const [first] = group;
    if (first === undefined) return [];
    const column = piece.kind === 'column' ? ` (${ownName(piece.identity)})` : '';
    const sql = write(first, group.map(({ privilege }) => `${privilege}${column}`).join(', '));
    const { owner } = piece.access;
    if (typeof owner !== 'string' || owner === first.grantor) return [sql];
    return [`SET LOCAL ROLE ${first.grantor}`, sql, 'RESET ROLE'];
  });
}

function privilegeTarget(piece: Piece): string {
  const { kind, identity } = piece;
  if (kind === 'column') return `TABLE ${holderName(piece)}`;
  if (['view', 'materialized view', 'foreign table'].includes(kind)) return `TABLE ${identity}`;
  if (kind === 'domain') return `TYPE ${identity}`;
  if (kind === 'aggregate') return `FUNCTION ${identity}`;
  return `${kind === 'foreign server' ? 'FOREIGN SERVER' : commandWord(kind)} ${identity}`;
}
