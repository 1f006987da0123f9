import { createHash } from 'node:crypto';
import { keepSchema } from '../../../foundation/catalog/snapshot/scope.js';
import { quoteIdentifier } from '../../../foundation/sql/quote-identifier.js';
import type { Remark, RollbackStatement } from '../invert/inversion.js';
import type { Pair, Pairing } from '../invert/pair-pieces.js';
import { type Piece, textFact } from '../invert/piece.js';
import { partsUnder } from '../invert/remake-parts.js';
import { ownName } from '../invert/sql-names.js';
import type { KeptColumn, KeptTable } from './kept-table.js';
import { keyColumns } from './table-key.js';
import { widens } from './widens.js';

export interface KeepRequest {
  /** Name of the change; kept tables are called after it. */
  readonly change: string;
  /** The statements that lead back: what they make anew has to be filled. */
  readonly steps: readonly RollbackStatement[];
  /** Relations before the change whose rows it wrote, or may have. */
  readonly written: ReadonlySet<string>;
  /** Rows of relations before the change, as far as they are known. */
  readonly rows: ReadonlyMap<string, number>;
  /** The most rows of one table. */
  readonly limit: number;
  readonly keepsEmpty: boolean;
}

export interface KeptTables {
  readonly tables: readonly KeptTable[];
  readonly notKept: readonly Remark[];
}

/** Which tables lose something by the change, and what of them is to be kept. Pure. */
export function findKeptTables(pairing: Pairing, given: KeepRequest): KeptTables {
  const made = madeAnew(given.steps);
  const parts = new Map<string, Pair[]>();
  for (const pair of pairing.pairs) {
    const parent = pair.before?.parent;
    if (parent != null) parts.set(parent, [...(parts.get(parent) ?? []), pair]);
  }
  const divided = rowsOfDivided(pairing, made, given.rows);
  const request = { ...given, rows: divided.rows };
  const found = pairing.pairs.flatMap((pair) => {
    const { before } = pair;
    if (before?.kind !== 'table' || divided.parts.has(pair)) return [];
    if (textFact(before, 'partitionKey') !== null && !divided.wholes.has(pair)) return [];
    const table = describeTable(pair, { parts: parts.get(before.key) ?? [], made, request });
    return table === null ? [] : [{ table, about: before.key }];
  });
  const tooMany = ({ table }: (typeof found)[number]): boolean =>
    (request.rows.get(table.relation) ?? 0) > request.limit;
  return {
    tables: found.filter((one) => !tooMany(one)).map(({ table }) => table),
    notKept: found.filter(tooMany).map(({ about, table }) => ({
      about,
      reason: `${request.rows.get(table.relation) ?? 0} rows are more than the ${request.limit} that are kept: change it by a backfill, or make a restore point`,
    })),
  };
}

interface DividedTables {
  /** Tables that are divided again, for a change made them whole or divided them otherwise, and all of their parts. */
  readonly wholes: ReadonlySet<Pair>;
  readonly parts: ReadonlySet<Pair>;
  /** Rows of relations, those of the divided tables among them. */
  readonly rows: ReadonlyMap<string, number>;
}

/** What came out of parts by the change goes back to them through their table, which tells for each row where. */
function rowsOfDivided(pairing: Pairing, made: ReadonlySet<string>, known: ReadonlyMap<string, number>): DividedTables {
  const isAnew = ({ before }: Pair): boolean => before !== null && made.has(before.key);
  const wholes = pairing.pairs.filter((pair) => {
    const isDivided = pair.before?.kind === 'table' && textFact(pair.before, 'partitionKey') !== null;
    return isDivided && pair.after !== null && isAnew(pair) && partsUnder(pair, pairing).every(isAnew);
  });
  const rows = new Map(known);
  const parts = new Set(wholes.flatMap((whole) => partsUnder(whole, pairing)));
  for (const whole of wholes) {
    const counts = partsUnder(whole, pairing).map(({ before }) => known.get(before?.identity ?? '') ?? 0);
    rows.set(
      whole.before?.identity ?? '',
      counts.reduce((sum, count) => sum + count, 0),
    );
  }
  return { wholes: new Set(wholes.filter((whole) => !parts.has(whole))), parts, rows };
}

/** Keys of tables and columns that the rollback makes. */
function madeAnew(steps: readonly RollbackStatement[]): ReadonlySet<string> {
  const makes = /^(?:CREATE (?:UNLOGGED )?TABLE|ALTER TABLE .* ADD COLUMN) /s;
  return new Set(steps.filter(({ sql }) => makes.test(sql)).map(({ about }) => about));
}

interface Surroundings {
  readonly parts: readonly Pair[];
  readonly made: ReadonlySet<string>;
  readonly request: KeepRequest;
}

function describeTable({ before, after }: Pair, around: Surroundings): KeptTable | null {
  const { parts, made, request } = around;
  if (before === null || request.rows.get(before.identity) === undefined) return null;
  const divided = textFact(before, 'partitionKey') !== null;
  const isMoved = after !== null && made.has(before.key) && (divided || textFact(after, 'partitionKey') !== null);
  const isGone = after === null || (made.has(before.key) && !isMoved);
  const all = columnsOf(parts, isGone ? null : made);
  const isWritten = isMoved || request.written.has(before.identity);
  const lost = all.filter(({ after: still, retyped }) => still === null || retyped);
  if (!isGone && !isWritten && lost.length === 0) return null;
  // What holds no rows loses none, and nothing was put in.
  if (!isWritten && !request.keepsEmpty && request.rows.get(before.identity) === 0) return null;
  const stays = new Map(all.flatMap((column) => (column.after === null ? [] : [[column.before, column] as const])));
  const pieces = parts.flatMap((part) => (part.before === null ? [] : [part.before]));
  const names = keyColumns(pieces, (name) => stays.get(name)?.retyped === false);
  const same = all.filter(({ after: still, retyped }) => still !== null && !retyped);
  const key = names === null ? same : same.filter((column) => names.includes(column.before));
  const extent = isGone ? 'whole' : isWritten ? 'rows' : 'columns';
  const columns = extent === 'columns' ? [...new Set([...key, ...lost])] : all;
  return {
    relation: before.identity,
    relationAfter: isGone ? null : (after?.identity ?? null),
    ...placesFor(before, request.change, isMoved),
    divided,
    extent,
    columns,
    key,
    unique: names !== null,
  };
}

/** Those that hold values of their own; with `made` null their table is gone. */
function columnsOf(parts: readonly Pair[], made: ReadonlySet<string> | null): readonly KeptColumn[] {
  return parts.flatMap(({ before, after }) => {
    if (before?.kind !== 'column' || textFact(before, 'generated') !== null) return [];
    const still = made === null || made.has(before.key) ? null : after;
    const type = textFact(before, 'type') ?? '';
    const typeAfter = still === null ? null : textFact(still, 'type');
    return [
      {
        before: ownName(before.identity),
        after: still === null ? null : ownName(still.identity),
        type,
        typeAfter,
        retyped: typeAfter !== null && !widens(type, typeAfter),
        alwaysGenerated: textFact(before, 'identity') === 'always',
      },
    ];
  });
}

/** Names of at most 63 bytes that say where they come from and are no other table's. */
function placesFor(
  { identity }: Piece,
  change: string,
  isMoved: boolean,
): Pick<KeptTable, 'values' | 'outcome' | 'moved'> {
  const words = `${change}_${identity}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  const digest = createHash('sha256').update(`${change}\n${identity}`).digest('hex').slice(0, 8);
  const place = (suffix: string): string =>
    `${keepSchema}.${quoteIdentifier(`${words.slice(0, 42)}_${digest}${suffix}`)}`;
  return { values: place(''), outcome: place('_outcome'), moved: isMoved ? place('_moved') : null };
}
