import type { Pair } from '../pair-pieces.js';
import { type Piece, textFact } from '../piece.js';
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
  /** An attribute whose type tables are made of. */
  readonly cascades?: boolean;
}

/** Schemas first, then what lies in them, then the parts of that: each statement names what is there when it runs. */
const partRank = 2;
const ranks: Readonly<Record<string, number>> = {
  schema: 0,
  column: partRank,
  constraint: partRank,
  trigger: partRank,
  rule: partRank,
  policy: partRank,
};

function rankOf({ before }: Move): number {
  return ranks[before.kind] ?? 1;
}

/** Stand in no schema, so that nothing can move them. */
const global: ReadonlySet<string> = new Set([
  'schema',
  'publication',
  'subscription',
  'event trigger',
  'foreign-data wrapper',
  'foreign server',
  'language',
  'access method',
]);

/** Are called after others, and have no name of their own to change. */
const nameless: ReadonlySet<string> = new Set([
  'cast',
  'default privileges',
  'system privileges',
  'user mapping',
  'transform',
  'large object',
  'extension',
]);

/** Statements that give everything its former name; where two have changed names, by way of a third. */
export function renameStatements(pairs: readonly Pair[], names: NameMap): readonly RenameStatement[] {
  const all = pairs.flatMap((pair): readonly Move[] => {
    const { before, after } = pair;
    return before === null || after === null || !isRenamed(before, after) ? [] : [{ pair, before, after }];
  });
  const parents = parentsOfTables(pairs);
  const typed = typesOfTables(pairs);
  const renamed = new Set(all.map(({ before }) => before.key));
  const moves = all
    .filter(
      ({ before }) => !originsOf(before, parents).some((key) => renamed.has(key)) && !isOfTypedTable(before, typed),
    )
    .map((move) => (isOfTypes(move.before, [...typed.values()]) ? { ...move, cascades: true } : move))
    .toSorted((left, right) => rankOf(left) - rankOf(right));
  const taken = new Set(moves.map(({ after }) => after.key));
  const crossed = moves.filter(({ before, after }) => taken.has(before.key) && before.key !== after.key);
  const detour = (move: Move): string => `lockkeeper_swap_${crossed.indexOf(move)}`;
  const inRanks = (isMeant: (rank: number) => boolean): readonly RenameStatement[] => {
    const meant = moves.filter((move) => isMeant(rankOf(move)));
    return [
      ...meant.flatMap((move) =>
        crossed.includes(move) ? rename(move, { names, to: detour(move) }) : bothWays(move, names),
      ),
      ...meant.filter((move) => crossed.includes(move)).flatMap((move) => renameBack(move, detour(move))),
    ];
  };
  // Parts are named under the final names of what they are part of.
  return [...inRanks((rank) => rank < partRank), ...inRanks((rank) => rank === partRank)];
}

/** By the key of a table: the tables that it comes from before and after the change alike. */
function parentsOfTables(pairs: readonly Pair[]): ReadonlyMap<string, readonly string[]> {
  const parents = new Map<string, string[]>();
  for (const { before, after } of pairs) {
    const parent = before === null ? null : (textFact(before, 'partitionOf') ?? textFact(before, 'inherits'));
    if (before?.parent == null || after === null || parent === null || before.kind === 'index partition') continue;
    parents.set(before.parent, [...(parents.get(before.parent) ?? []), parent]);
  }
  return parents;
}

/** By the key of a table: the type that it has its columns from, and whose attributes name them. */
function typesOfTables(pairs: readonly Pair[]): ReadonlyMap<string | null, string> {
  return new Map(
    pairs.flatMap(({ before, after }) => {
      const type = before === null ? null : textFact(before, 'ofType');
      return before === null || type === null || after?.facts['ofType'] === undefined ? [] : [[before.key, type]];
    }),
  );
}

function isOfTypedTable({ kind, parent }: Piece, typed: ReadonlyMap<string | null, string>): boolean {
  return kind === 'column' && typed.has(parent);
}

function isOfTypes({ kind, parent }: Piece, types: readonly string[]): boolean {
  return kind === 'column' && types.some((type) => parent === `composite type ${type}`);
}

/** Keys of what the piece comes from: the statement that renames it there renames it here too. */
function originsOf(piece: Piece, parents: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const { kind, parent, identity } = piece;
  const madeBy = textFact(piece, 'madeBy');
  if (kind === 'trigger') return madeBy === null ? [] : [madeBy];
  if (parent === null || piece.facts['inherited'] === undefined) return [];
  const name = ownName(identity);
  return (parents.get(parent) ?? []).map((table) =>
    kind === 'column' ? `column ${table}.${name}` : `constraint ${name} on ${table}`,
  );
}

/** Only what was itself renamed or moved; what lies in a renamed schema or table goes with it. */
function isRenamed(before: Piece, after: Piece): boolean {
  if (before.kind !== before.object.kind || nameless.has(before.kind)) return false;
  if (after.facts['madeBy'] !== undefined && after.kind === 'index') return false;
  return ownName(before.identity) !== ownName(after.identity) || (before.parent === null && movesSchema(before, after));
}

function movesSchema(before: Piece, after: Piece): boolean {
  return before.identity !== after.identity;
}

/** The name as it is before the statement runs: parents already have their former names. */
function present({ before, after }: Move, names: NameMap): Piece {
  const isPart = (ranks[before.kind] ?? 1) === partRank;
  if (!isPart) {
    const own = leadingNames(after.identity);
    const schema = names.schemas.get(own[0] ?? '') ?? own[0];
    const rest = after.identity.slice(own.join('.').length);
    return {
      ...after,
      identity: global.has(before.kind) ? after.identity : `${[schema, ...own.slice(1)].join('.')}${rest}`,
    };
  }
  return { ...before, identity: withOwnName(before.identity, ownName(after.identity)) };
}

function bothWays(move: Move, names: NameMap): readonly RenameStatement[] {
  const { before } = move;
  const now = present(move, names);
  const [oldSchema, newSchema] = [leadingNames(before.identity)[0], leadingNames(now.identity)[0]];
  const isPart = rankOf(move) === partRank;
  if (isPart || global.has(before.kind) || oldSchema === newSchema) {
    // An operator has no name that could change.
    if (before.kind === 'operator') return [];
    return ownName(before.identity) === ownName(now.identity)
      ? []
      : rename(move, { names, to: ownName(before.identity) });
  }
  const moved = {
    sql: `ALTER ${commandWord(before.kind)} ${now.identity} SET SCHEMA ${oldSchema ?? ''}`,
    about: before.key,
  };
  const there = now.identity.replace(`${newSchema ?? ''}.`, () => `${oldSchema ?? ''}.`);
  if (before.kind === 'operator' || ownName(there) === ownName(before.identity)) return [moved];
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
  const sql = renameSql(now, ownName(now.identity), to);
  return [{ sql: `${sql}${move.cascades === true ? ' CASCADE' : ''}`, about: move.before.key }];
}

/** From the detour to the former name. */
function renameBack({ before, after, cascades = false }: Move, detour: string): readonly RenameStatement[] {
  const parts = leadingNames(translateSchema(after, before));
  const rest = before.identity.slice(leadingNames(before.identity).join('.').length);
  const schema = parts.length > 1 ? `${parts[0] ?? ''}.` : '';
  const there: Piece =
    (ranks[before.kind] ?? 1) === partRank ? before : { ...before, identity: `${schema}${detour}${rest}` };
  const sql = renameSql(there, detour, ownName(before.identity));
  return [{ sql: `${sql}${cascades ? ' CASCADE' : ''}`, about: before.key }];
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
