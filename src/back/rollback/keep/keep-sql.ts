import { quoteLiteral } from '../../../foundation/sql/quote-identifier.js';
import { comparedColumns, type KeptColumn, type KeptTable, lostColumns, needsOutcome } from './kept-table.js';

/** Which names a relation's columns have. */
type Side = 'before' | 'after';

const text = `pg_catalog.text COLLATE "C"`;

function rowText(alias: string, columns: readonly KeptColumn[], side: Side): string {
  return `ROW(${columns.map((column) => `${alias}.${column[side] ?? ''}`).join(', ')})::${text}`;
}

/** A relation with each row's place, its key as text, and which it is of several with that key. */
function identified(table: KeptTable, relation: string, side: Side): string {
  const key = rowText('r', table.key, side);
  const copy = table.unique ? '1' : `pg_catalog.row_number() OVER (PARTITION BY ${key} ORDER BY r.ctid)`;
  const isTarget = table.divided && side === 'before' && relation === table.relation;
  const isMoved = table.moved !== null && side === 'after' && relation === table.relationAfter;
  const part = isTarget ? 'r.tableoid AS lockkeeper_part, ' : '';
  return `(SELECT r.*, ${part}r.ctid AS lockkeeper_place, ${key} AS lockkeeper_key, ${copy} AS lockkeeper_copy FROM ${isTarget || isMoved ? '' : 'ONLY '}${relation} AS r)`;
}

/** The table whose rows are altered, as `target`. */
function target({ relation, divided }: KeptTable): string {
  return `${divided ? '' : 'ONLY '}${relation} AS target`;
}

/** Whether a row of it is the one at a place that `identified` found. */
function isAt({ divided }: KeptTable, alias: string): string {
  const part = divided ? ` AND target.tableoid = ${alias}.lockkeeper_part` : '';
  return `target.ctid = ${alias}.lockkeeper_place${part}`;
}

function sameRow(left: string, right: string): string {
  return `${left}.lockkeeper_key = ${right}.lockkeeper_key AND ${left}.lockkeeper_copy = ${right}.lockkeeper_copy`;
}

function differs(table: KeptTable, left: readonly [string, Side], right: readonly [string, Side]): string {
  const columns = comparedColumns(table);
  return `${rowText(left[0], columns, left[1])} <> ${rowText(right[0], columns, right[1])}`;
}

/** A type of the project's own may be dropped by the change, and must not be held back by the copy. */
function isOwnType(type: string): boolean {
  return type.replaceAll(/"(?:[^"]|"")*"/g, 'q').includes('.') || type.startsWith('"');
}

const stringType = /^(?:text|character|name|bpchar)/;

function kept(alias: string, name: string, type: string): string {
  if (isOwnType(type)) return `${alias}.${name}::pg_catalog.text COLLATE pg_catalog."default" AS ${name}`;
  return stringType.test(type) && !type.endsWith(']')
    ? `${alias}.${name} COLLATE pg_catalog."default" AS ${name}`
    : `${alias}.${name}`;
}

function restored(alias: string, { before, type }: KeptColumn): string {
  return isOwnType(type) ? `${alias}.${before}::${type}` : `${alias}.${before}`;
}

/** The copy from before the change; one row more than is allowed, so that too many are seen. */
export function copyBefore(table: KeptTable, rows: number): string {
  const columns = table.columns.map(({ before, type }) => kept('t', before, type));
  const state = table.extent === 'whole' ? [] : ['NULL::pg_catalog.text AS lockkeeper_state'];
  return `CREATE TABLE ${table.values} AS SELECT ${[...columns, ...state].join(', ')} FROM ${table.divided ? '' : 'ONLY '}${table.relation} AS t LIMIT ${rows + 1}`;
}

/** What the change made of the rows: sent right behind it. */
export function recordOutcome(table: KeptTable): readonly string[] {
  const { relationAfter, values, outcome } = table;
  if (relationAfter === null || !needsOutcome(table)) return [];
  const [now, then] = [identified(table, relationAfter, 'after'), identified(table, values, 'before')];
  const other = differs(table, ['a', 'after'], ['k', 'before']);
  const columns = columnsOfOutcome(table).map(({ after, typeAfter }) => kept('a', after ?? '', typeAfter ?? ''));
  const inserted = table.extent === 'rows' ? `k.lockkeeper_key IS NULL OR ${other}` : other;
  return [
    `CREATE TABLE ${outcome} AS SELECT ${columns.join(', ')}, ` +
      `CASE WHEN k.lockkeeper_key IS NULL THEN 'inserted' ELSE 'changed' END AS lockkeeper_state ` +
      `FROM ${now} AS a LEFT JOIN ${then} AS k ON ${sameRow('a', 'k')} WHERE ${inserted}`,
    `UPDATE ${values} AS kept SET lockkeeper_state = CASE WHEN a.lockkeeper_key IS NULL THEN 'deleted' ELSE 'changed' END ` +
      `FROM ${then} AS k LEFT JOIN ${now} AS a ON ${sameRow('k', 'a')} ` +
      `WHERE kept.ctid = k.lockkeeper_place AND (a.lockkeeper_key IS NULL OR ${other})`,
    ...(canForgetSame(table) ? [`DELETE FROM ${values} WHERE lockkeeper_state IS NULL`] : []),
  ];
}

function columnsOfOutcome(table: KeptTable): readonly KeptColumn[] {
  return [...new Set([...table.key, ...comparedColumns(table)])];
}

/** Equal rows are told apart by their number, so all of them have to stay. */
function canForgetSame(table: KeptTable): boolean {
  const retyped = table.columns.some((column) => column.retyped);
  return lostColumns(table).length === 0 && (table.unique || !retyped);
}

/** Marks what is still as the change left it, before the rollback alters anything. */
export function decideRows(table: KeptTable): readonly string[] {
  const { relationAfter, values, outcome } = table;
  if (relationAfter === null || !needsOutcome(table)) return [];
  const [now, then] = [identified(table, relationAfter, 'after'), identified(table, values, 'before')];
  const made = identified(table, outcome, 'after');
  const isSame = `NOT ${differs(table, ['a', 'after'], ['x', 'after'])}`;
  return [
    ...(table.extent === 'rows'
      ? [
          `UPDATE ${outcome} AS made SET lockkeeper_state = 'remove' FROM ${made} AS x JOIN ${now} AS a ON ${sameRow('x', 'a')} ` +
            `WHERE made.ctid = x.lockkeeper_place AND x.lockkeeper_state = 'inserted' AND ${isSame}`,
        ]
      : []),
    `UPDATE ${values} AS kept SET lockkeeper_state = 'restore' FROM ${then} AS k JOIN ${made} AS x ON ${sameRow('k', 'x')} ` +
      `JOIN ${now} AS a ON ${sameRow('x', 'a')} ` +
      `WHERE kept.ctid = k.lockkeeper_place AND k.lockkeeper_state = 'changed' AND ${isSame}`,
  ];
}

/** Counts what the rollback will leave as the application made it: one row with `relation` and `rows`. */
export function countUndecided(table: KeptTable): string | null {
  const { relationAfter, relation, values, outcome } = table;
  if (relationAfter === null || !needsOutcome(table)) return null;
  const [now, then] = [identified(table, relationAfter, 'after'), identified(table, values, 'before')];
  const made = identified(table, outcome, 'after');
  const name = `'${relation.replaceAll("'", "''")}'`;
  const taken = table.unique
    ? ` + (SELECT pg_catalog.count(*) FROM ${then} AS k JOIN ${now} AS a ON ${sameRow('k', 'a')} WHERE k.lockkeeper_state = 'deleted')`
    : '';
  return (
    `SELECT ${name}::pg_catalog.text AS relation, (SELECT pg_catalog.count(*) FROM ${made} AS x LEFT JOIN ${now} AS a ` +
    `ON ${sameRow('x', 'a')} WHERE a.lockkeeper_key IS NULL OR ${differs(table, ['a', 'after'], ['x', 'after'])})${taken} AS rows`
  );
}

/** A query for what the change made of the values of a column: `now` and `former`, as texts. */
export function formerValues(table: KeptTable, { before, after }: KeptColumn): string {
  const [then, made] = [identified(table, table.values, 'before'), identified(table, table.outcome, 'after')];
  return (
    `SELECT x.${after ?? ''}::${text} AS now, k.${before}::${text} AS former FROM ${then} AS k JOIN ${made} AS x ` +
    `ON ${sameRow('k', 'x')} WHERE k.lockkeeper_state IN ('changed', 'restore')`
  );
}

/** Gives a column that was made again its values, in the rows that still are; `numberedIn` says where it is numbered. */
export function restoreColumn(table: KeptTable, column: KeptColumn, numberedIn: string): readonly string[] {
  const { relation, values } = table;
  const [now, then] = [identified(table, relation, 'before'), identified(table, values, 'before')];
  const alter = `ALTER TABLE ${numberedIn} ALTER COLUMN ${column.before} SET GENERATED`;
  const update =
    `UPDATE ${target(table)} SET ${column.before} = ${restored('k', column)} FROM ${now} AS t JOIN ${then} AS k ` +
    `ON ${sameRow('t', 'k')} WHERE ${isAt(table, 't')} AND k.lockkeeper_state IS DISTINCT FROM 'deleted'`;
  return column.alwaysGenerated ? [`${alter} BY DEFAULT`, update, `${alter} ALWAYS`] : [update];
}

/** Brings the rows of a table that gives way to its former self to a place of their own: first thing of a rollback. */
export function moveRowsOut(table: KeptTable): readonly string[] {
  const { relationAfter, moved } = table;
  if (moved === null || relationAfter === null) return [];
  const columns = table.columns.flatMap(({ after, typeAfter }) =>
    after === null || typeAfter === null ? [] : [kept('r', after, typeAfter)],
  );
  return [`CREATE TABLE ${moved} AS SELECT ${columns.join(', ')} FROM ${relationAfter} AS r`];
}

/** Fills the former table with them; columns that the change took away with what they held. */
export function moveRowsIn(table: KeptTable): readonly string[] {
  const { moved, relation, values, columns } = table;
  if (moved === null) return [];
  const list = columns.map((column) => {
    const { after, type, typeAfter } = column;
    if (after === null) return restored('k', column);
    return type === typeAfter && !isOwnType(type) ? `m.${after}` : `m.${after}::pg_catalog.text::${type}`;
  });
  const lost = columns.some(({ after }) => after === null);
  const then = lost
    ? ` LEFT JOIN ${identified(table, values, 'before')} AS k ON ${sameRow('m', 'k')} AND k.lockkeeper_state IS DISTINCT FROM 'deleted'`
    : '';
  return [
    `INSERT INTO ${relation} (${columns.map(({ before }) => before).join(', ')}) OVERRIDING SYSTEM VALUE ` +
      `SELECT ${list.join(', ')} FROM ${identified(table, moved, 'after')} AS m${then}`,
    `DROP TABLE ${moved}`,
  ];
}

/** Takes out the rows that the change put in; `unless` is SQL about `target`, of what holds them. */
export function removeInserted(table: KeptTable, unless: readonly string[]): readonly string[] {
  if (table.extent !== 'rows') return [];
  const { relation, outcome } = table;
  const held = unless.map((condition) => ` AND NOT EXISTS (${condition})`).join('');
  return [
    `DELETE FROM ${target(table)} USING ${identified(table, relation, 'before')} AS t JOIN ` +
      `${identified(table, outcome, 'after')} AS x ON ${sameRow('t', 'x')} ` +
      `WHERE ${isAt(table, 't')} AND x.lockkeeper_state = 'remove'${held}`,
  ];
}

/** Puts back the rows that the change took out, or all of a table that is made again. */
export function insertDeleted(table: KeptTable): readonly string[] {
  if (table.extent === 'columns') return [];
  const { relation, values, columns } = table;
  const into = `INSERT INTO ${relation} (${columns.map(({ before }) => before).join(', ')}) OVERRIDING SYSTEM VALUE`;
  const list = columns.map((column) => restored('k', column)).join(', ');
  if (table.extent === 'whole') return [`${into} SELECT ${list} FROM ${values} AS k`];
  const free = table.unique
    ? ` AND NOT EXISTS (SELECT FROM ${identified(table, relation, 'before')} AS t WHERE ${sameRow('t', 'k')})`
    : '';
  return [
    `${into} SELECT ${list} FROM ${identified(table, values, 'before')} AS k WHERE k.lockkeeper_state = 'deleted'${free}`,
  ];
}

/**
 * Gives rows that the change altered their former values. Where a second key forbids two rows to have one value even for a
 * moment (`contested`), rows wait for each other; what waits in a circle is taken out and put in again, if nothing refers
 * to the table (`referenced`).
 */
export function updateChanged(
  table: KeptTable,
  { contested, referenced }: { readonly contested: boolean; readonly referenced: boolean },
): readonly string[] {
  const columns = comparedColumns(table).filter((column) => !table.key.includes(column) && !column.alwaysGenerated);
  if (!needsOutcome(table) || columns.length === 0) return [];
  const { relation, values } = table;
  const assignments = columns.map((column) => `${column.before} = ${restored('k', column)}`).join(', ');
  const pairs =
    `FROM ${identified(table, relation, 'before')} AS t JOIN ${identified(table, values, 'before')} AS k ` +
    `ON ${sameRow('t', 'k')}`;
  const state = `k.lockkeeper_state = 'restore'`;
  const all = `UPDATE ${target(table)} SET ${assignments} ${pairs} WHERE ${isAt(table, 't')} AND ${state}`;
  if (!contested) return [all];
  return [rowByRow(table, { all, assignments, pairs, again: referenced ? `      RAISE;` : swapRows(table) })];
}

interface Waiting {
  /** The statement that does it for all rows at once. */
  readonly all: string;
  readonly assignments: string;
  readonly pairs: string;
  /** What is done with rows that wait in a circle. */
  readonly again: string;
}

/** One after another, from either end in turn, until no row finds its value free any more. */
function rowByRow({ relation, values }: KeptTable, { all, assignments, pairs, again }: Waiting): string {
  const one =
    `UPDATE ONLY ${relation} AS target SET ${assignments} FROM ${values} AS k ` +
    `WHERE target.ctid = waiting.row_place AND k.ctid = waiting.kept_place`;
  const waiting = `SELECT t.lockkeeper_place AS row_place, k.lockkeeper_place AS kept_place ${pairs} WHERE k.lockkeeper_state = 'restore'`;
  return `DO $rows$
DECLARE waiting record; step pg_catalog.int4 := 0; moved pg_catalog.bool;
BEGIN
  BEGIN
    ${all};
    RETURN;
  EXCEPTION WHEN unique_violation OR exclusion_violation THEN
    NULL;
  END;
  LOOP
    moved := false;
    FOR waiting IN EXECUTE ${quoteLiteral(waiting)} || CASE WHEN step % 2 = 0 THEN ' ORDER BY 1' ELSE ' ORDER BY 1 DESC' END LOOP
      BEGIN
        ${one};
        UPDATE ${values} SET lockkeeper_state = 'restored' WHERE ctid = waiting.kept_place;
        moved := true;
      EXCEPTION WHEN unique_violation OR exclusion_violation THEN
        NULL;
      END;
    END LOOP;
    step := step + 1;
    EXIT WHEN NOT moved AND step > 1;
  END LOOP;
  IF EXISTS (${waiting}) THEN
    BEGIN
      ${all};
    EXCEPTION WHEN unique_violation OR exclusion_violation THEN
${again}
    END;
  END IF;
END $rows$`;
}

/** All that still wait leave together before the first comes back. */
function swapRows(table: KeptTable): string {
  const { relation, values, columns } = table;
  const list = columns.map((column) => restored('k', column)).join(', ');
  return `      CREATE TEMPORARY TABLE lockkeeper_waiting ON COMMIT DROP AS SELECT t.lockkeeper_place AS row_place, k.lockkeeper_place AS kept_place
        FROM ${identified(table, relation, 'before')} AS t JOIN ${identified(table, values, 'before')} AS k ON ${sameRow('t', 'k')}
        WHERE k.lockkeeper_state = 'restore';
      DELETE FROM ONLY ${relation} AS target USING pg_temp.lockkeeper_waiting AS w WHERE target.ctid = w.row_place;
      INSERT INTO ${relation} (${columns.map(({ before }) => before).join(', ')}) OVERRIDING SYSTEM VALUE
        SELECT ${list} FROM ${values} AS k JOIN pg_temp.lockkeeper_waiting AS w ON k.ctid = w.kept_place;
      DROP TABLE pg_temp.lockkeeper_waiting;`;
}
