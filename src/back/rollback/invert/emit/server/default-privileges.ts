import { defineEmitter, inPlace } from '../../emitter.js';
import type { Piece } from '../../piece.js';

interface Granted {
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

/** What everybody may do with a new object of the kind when nobody said otherwise. */
const usualPublic: Readonly<Record<string, string>> = { FUNCTIONS: 'EXECUTE', TYPES: 'USAGE' };

function grantedBy(piece: Piece): readonly Granted[] {
  return (piece.access['grants'] ?? []) as unknown as readonly Granted[];
}

function said(piece: Piece, fact: 'role' | 'schema' | 'objects'): string | null {
  const value = piece.access[fact];
  return typeof value === 'string' ? value : null;
}

function command(piece: Piece, rest: string): string {
  const schema = said(piece, 'schema');
  const where = schema === null ? '' : ` IN SCHEMA ${schema}`;
  return `ALTER DEFAULT PRIVILEGES FOR ROLE ${said(piece, 'role')}${where} ${rest}`;
}

/** Takes everything from everybody who has, or would have, something. */
function revokeAll(piece: Piece): readonly string[] {
  const usual = said(piece, 'schema') === null ? [said(piece, 'role') ?? '', 'PUBLIC'] : [];
  const grantees = new Set([...usual, ...grantedBy(piece).map(({ grantee }) => grantee)]);
  return [...grantees].map((grantee) => command(piece, `REVOKE ALL ON ${said(piece, 'objects')} FROM ${grantee}`));
}

function grant(piece: Piece): readonly string[] {
  const byGrantee = new Map<string, string[]>();
  for (const { grantee, privilege, grantable } of grantedBy(piece)) {
    const to = `TO ${grantee}${grantable ? ' WITH GRANT OPTION' : ''}`;
    byGrantee.set(to, [...(byGrantee.get(to) ?? []), privilege]);
  }
  return [...byGrantee].map(([to, privileges]) =>
    command(piece, `GRANT ${privileges.join(', ')} ON ${said(piece, 'objects')} ${to}`),
  );
}

/** What holds when nothing is said at all; in one schema that is nothing. */
function grantUsual(piece: Piece): readonly string[] {
  if (said(piece, 'schema') !== null) return [];
  const objects = said(piece, 'objects') ?? '';
  const toAll = usualPublic[objects];
  return [
    command(piece, `GRANT ALL ON ${objects} TO ${said(piece, 'role')}`),
    ...(toAll === undefined ? [] : [command(piece, `GRANT ${toAll} ON ${objects} TO PUBLIC`)]),
  ];
}

/** The server forgets an entry by itself as soon as it says what holds anyway. */
export default defineEmitter({
  kind: 'default privileges',
  create: (piece) => [...revokeAll(piece), ...grant(piece)],
  drop: (piece) => [...revokeAll(piece), ...grantUsual(piece)],
  alter: ({ from, to, changed }) => inPlace(changed.has('grants') ? [...revokeAll(from), ...grant(to)] : []),
});
