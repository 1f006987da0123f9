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
  index: partRank,
  trigger: partRank,
  rule: partRank,
  policy: partRank,
};

function rankOf({ before, after }: Move): number {
  return goesWithTable(before, after) ? partRank : (ranks[before.kind] ?? 1);
}

/** A sequence that a column owns moves with its table, and in no other way. */
function goesWithTable(before: Piece, after: Piece): boolean {
  const { ownedBy } = before.object.facts.structure;
  return before.kind === 'sequence' && ownedBy !== undefined && after.object.facts.structure['ownedBy'] !== undefined;
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
  const crossed = crossedMoves(moves, names);
  const detour = (move: Move): string => `lockkeeper_swap_${crossed.indexOf(move)}`;
  const inRank = (rank: number): readonly RenameStatement[] => {
    const meant = moves.filter((move) => rankOf(move) === rank);
    const swapped = meant.filter((move) => crossed.includes(move));
    return [
      ...meant.flatMap((move) => {
        if (!swapped.includes(move)) return bothWays(move, names);
        return isRelation(move.before) ? [] : rename(move, { names, to: detour(move) });
      }),
      ...swapped.flatMap((move) => renameBack(move, { names, detour: detour(move) })),
    ];
  };
  const aside = crossed.filter(({ before }) => isRelation(before));
  return [
    ...inRank(0),
    ...aside.map((move) => stepAside(move, { names, detour: detour(move) })),
    ...inRank(1),
    // Parts are named under the final names of what they are part of.
    ...inRank(partRank),
  ];
}

/** Moves to a name that another has until it moves, and those others too. */
function crossedMoves(moves: readonly Move[], names: NameMap): readonly Move[] {
  // What moves with its table has two names until then.
  const now = (move: Move): readonly string[] => [early(move.after, names), present(move, names)].flatMap(placesOf);
  const held = new Map(moves.flatMap((move) => now(move).map((place) => [place, move])));
  const wanted = new Map(moves.flatMap((move) => placesOf(move.before).map((place) => [place, move])));
  const meets = (pieces: readonly string[], others: ReadonlyMap<string, Move>, move: Move): boolean =>
    pieces.some((place) => others.has(place) && others.get(place) !== move);
  return moves.filter(
    (move) => meets(placesOf(move.before), held, move) || (isRelation(move.before) && meets(now(move), wanted, move)),
  );
}

/** Kinds of which no two can have one name in a schema, whatever they are. */
const relations: ReadonlySet<string> = new Set([
  'table',
  'view',
  'materialized view',
  'foreign table',
  'composite type',
  'sequence',
  'index',
]);

/** The names that a piece keeps from others, each with what it is a name among. */
function placesOf(piece: Piece): readonly string[] {
  const { kind, identity } = piece;
  if (relations.has(kind)) return [`relation ${identity}`];
  return isKey(piece) ? [`${kind} ${identity}`, `relation ${indexOfKey(piece)}`] : [`${kind} ${identity}`];
}

function isRelation(piece: Piece): boolean {
  return relations.has(piece.kind) || isKey(piece);
}

function isKey(piece: Piece): boolean {
  return piece.kind === 'constraint' && ['primary key', 'unique', 'exclusion'].includes(textFact(piece, 'type') ?? '');
}

/** The index of a key has its name. */
function indexOfKey(key: Piece): string {
  return withOwnName(holderName(key), ownName(key.identity));
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
      const type = before?.kind === 'table type' && after !== null ? textFact(before, 'ofType') : null;
      return before === null || type === null ? [] : [[before.parent, type]];
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
  if (ownName(before.identity) !== ownName(after.identity)) return true;
  return movesAlone(before) && !goesWithTable(before, after) && before.identity !== after.identity;
}

/** Statistics belong to a table, and have a schema of their own for all that. */
function movesAlone({ kind, parent }: Piece): boolean {
  return parent === null || kind === 'statistics object';
}

/** The name as it is before the statement runs: parents already have their former names. */
function present(move: Move, names: NameMap): Piece {
  const { before, after } = move;
  if (rankOf(move) !== partRank) return early(after, names);
  return { ...before, identity: withOwnName(before.identity, ownName(after.identity)) };
}

/** The name that a piece has when schemas have their former names, and nothing else has. */
function early(after: Piece, names: NameMap): Piece {
  if (global.has(after.kind)) return after;
  const inSchema = (identity: string): string => {
    const own = leadingNames(identity);
    const rest = identity.slice(own.join('.').length);
    return `${[names.schemas.get(own[0] ?? '') ?? own[0], ...own.slice(1)].join('.')}${rest}`;
  };
  if (!isKey(after)) return { ...after, identity: inSchema(after.identity) };
  const { word, identity } = targetOfKey(after.parent ?? '');
  return { ...after, parent: `${word.toLowerCase()} ${inSchema(identity)}` };
}

function bothWays(move: Move, names: NameMap): readonly RenameStatement[] {
  const { before } = move;
  const now = present(move, names);
  const [oldSchema, newSchema] = [leadingNames(before.identity)[0], leadingNames(now.identity)[0]];
  if (rankOf(move) === partRank || global.has(before.kind) || oldSchema === newSchema) {
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

interface Detour {
  readonly names: NameMap;
  readonly detour: string;
}

/** Out of the way of whatever else gets its name. */
function stepAside({ before, after }: Move, { names, detour }: Detour): RenameStatement {
  const now = early(after, names);
  return { sql: renameSql(now, ownName(now.identity), detour), about: before.key };
}

/** From the detour to the former name. */
function renameBack(move: Move, { names, detour }: Detour): readonly RenameStatement[] {
  const { before, cascades = false } = move;
  const now = withOwnName(present(move, names).identity, detour);
  const there = withOwnName(before.identity, detour);
  const moved =
    rankOf(move) === partRank || leadingNames(now)[0] === leadingNames(there)[0] || global.has(before.kind)
      ? []
      : [`ALTER ${commandWord(before.kind)} ${now} SET SCHEMA ${leadingNames(there)[0] ?? ''}`];
  const sql = renameSql({ ...before, identity: there }, detour, ownName(before.identity));
  return [...moved, `${sql}${cascades ? ' CASCADE' : ''}`].map((one) => ({ sql: one, about: before.key }));
}

function renameSql(piece: Piece, from: string, to: string): string {
  const { kind, identity } = piece;
  if (kind === 'column') {
    const isAttribute = targetOfKey(piece.parent ?? '').word === 'TYPE';
    return `ALTER ${holder(piece)} RENAME ${isAttribute ? 'ATTRIBUTE' : 'COLUMN'} ${from} TO ${to}`;
  }
  // The table need not be locked for it, and one of a type refuses any other way.
  if (isKey(piece)) return `ALTER INDEX ${withOwnName(indexOfKey(piece), from)} RENAME TO ${to}`;
  if (kind === 'constraint') return `ALTER ${holder(piece)} RENAME CONSTRAINT ${from} TO ${to}`;
  if (kind === 'trigger' || kind === 'rule' || kind === 'policy') {
    return `ALTER ${kind.toUpperCase()} ${from} ON ${holderName(piece)} RENAME TO ${to}`;
  }
  return `ALTER ${commandWord(kind)} ${identity} RENAME TO ${to}`;
}
