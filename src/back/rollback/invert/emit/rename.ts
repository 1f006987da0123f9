import type { Pair } from '../pair-pieces.js';
import type { Piece } from '../piece.js';
import type { NameMap } from '../name-map.js';
import { commandWord, holder, holderName, targetOfKey } from '../sql-kind.js';
import { leadingNames, ownName, withOwnName } from '../sql-names.js';

export interface RenameStatement {
  readonly sql: string;
  readonly about: string;
}

interface Move {
  readonly pair: Pair;
  readonly before: Piece;
  readonly after: Piece;
}

/** Schemas first, then what lies in them, then the parts of that: each statement names what is there when it runs. */
const ranks: Readonly<Record<string, number>> = { schema: 0, column: 2, constraint: 2, trigger: 2, rule: 2, policy: 2 };

function rankOf({ before }: Move): number {
  return ranks[before.kind] ?? 1;
}

/** Statements that give everything its former name; where two have changed names, by way of a third. */
export function renameStatements(pairs: readonly Pair[], names: NameMap): readonly RenameStatement[] {
  const moves = pairs
    .flatMap((pair): readonly Move[] => {
      const { before, after } = pair;
      return before === null || after === null || !isRenamed(before, after) ? [] : [{ pair, before, after }];
    })
    .toSorted((left, right) => rankOf(left) - rankOf(right));
  const taken = new Set(moves.map(({ after }) => after.key));
  const crossed = moves.filter(({ before, after }) => taken.has(before.key) && before.key !== after.key);
  const detour = (move: Move): string => `lockkeeper_swap_${crossed.indexOf(move)}`;
  return [
    ...moves.flatMap((move) =>
      crossed.includes(move) ? rename(move, { names, to: detour(move) }) : bothWays(move, names),
    ),
    ...crossed.flatMap((move) => renameBack(move, detour(move))),
  ];
}

/** Only what was itself renamed or moved; what lies in a renamed schema or table goes with it. */
function isRenamed(before: Piece, after: Piece): boolean {
  if (before.kind !== before.object.kind) return false;
  if (after.facts['madeBy'] !== undefined && after.kind === 'index') return false;
  return ownName(before.identity) !== ownName(after.identity) || (before.parent === null && movesSchema(before, after));
}

function movesSchema(before: Piece, after: Piece): boolean {
  return before.identity !== after.identity;
}

/** The name as it is before the statement runs: parents already have their former names. */
function present({ before, after }: Move, names: NameMap): Piece {
  const isPart = (ranks[before.kind] ?? 1) === 2;
  if (!isPart) {
    const own = leadingNames(after.identity);
    const schema = names.schemas.get(own[0] ?? '') ?? own[0];
    const rest = after.identity.slice(own.join('.').length);
    return {
      ...after,
      identity: before.kind === 'schema' ? after.identity : `${[schema, ...own.slice(1)].join('.')}${rest}`,
    };
  }
  return { ...before, identity: withOwnName(before.identity, ownName(after.identity)) };
}

function bothWays(move: Move, names: NameMap): readonly RenameStatement[] {
  const { before } = move;
  const now = present(move, names);
  const [oldSchema, newSchema] = [leadingNames(before.identity)[0], leadingNames(now.identity)[0]];
  const isPart = rankOf(move) === 2;
  if (isPart || before.kind === 'schema' || oldSchema === newSchema) {
    return ownName(before.identity) === ownName(now.identity)
      ? []
      : rename(move, { names, to: ownName(before.identity) });
  }
  const moved = {
    sql: `ALTER ${commandWord(before.kind)} ${now.identity} SET SCHEMA ${oldSchema ?? ''}`,
    about: before.key,
  };
  const there = now.identity.replace(`${newSchema ?? ''}.`, () => `${oldSchema ?? ''}.`);
  if (ownName(there) === ownName(before.identity)) return [moved];
  return [
    moved,
    { sql: `ALTER ${commandWord(before.kind)} ${there} RENAME TO ${ownName(before.identity)}`, about: before.key },
  ];
}

function rename(
  move: Move,
  { names, to }: { readonly names: NameMap; readonly to: string },
): readonly RenameStatement[] {
  const now = present(move, names);
  return [{ sql: renameSql(now, ownName(now.identity), to), about: move.before.key }];
}

/** From the detour to the former name. */
function renameBack({ before, after }: Move, detour: string): readonly RenameStatement[] {
  const parts = leadingNames(translateSchema(after, before));
  const rest = before.identity.slice(leadingNames(before.identity).join('.').length);
  const schema = parts.length > 1 ? `${parts[0] ?? ''}.` : '';
  const there: Piece = (ranks[before.kind] ?? 1) === 2 ? before : { ...before, identity: `${schema}${detour}${rest}` };
  return [{ sql: renameSql(there, detour, ownName(before.identity)), about: before.key }];
}

function translateSchema(after: Piece, before: Piece): string {
  return before.kind === 'schema' ? before.identity : after.identity;
}

function renameSql(piece: Piece, from: string, to: string): string {
  const { kind, identity } = piece;
  if (kind === 'column') {
    const isAttribute = targetOfKey(piece.parent ?? '').word === 'TYPE';
    return `ALTER ${holder(piece)} RENAME ${isAttribute ? 'ATTRIBUTE' : 'COLUMN'} ${from} TO ${to}`;
  }
  if (kind === 'constraint') return `ALTER ${holder(piece)} RENAME CONSTRAINT ${from} TO ${to}`;
  if (kind === 'trigger' || kind === 'rule' || kind === 'policy') {
    return `ALTER ${kind.toUpperCase()} ${from} ON ${holderName(piece)} RENAME TO ${to}`;
  }
  return `ALTER ${commandWord(kind)} ${identity} RENAME TO ${to}`;
}
