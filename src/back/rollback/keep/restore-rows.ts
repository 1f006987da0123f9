import type { SchemaSnapshot, SnapshotObject } from '../../../model/schema-snapshot.js';
import type { RollbackStatement } from '../invert/inversion.js';
import { piecesOf } from '../invert/pieces-of.js';
import { ownName } from '../invert/sql-names.js';
import { insertDeleted, moveRowsIn, removeInserted, restoreColumn, updateChanged } from './keep-sql.js';
import { type KeptTable, lostColumns, needsOutcome } from './kept-table.js';
import { type Reference, referencesOf } from './table-key.js';

/** The way back into which rows are put: its statements, the tables with rows to put back, the schema it leads to. */
export interface WayOfRows {
  readonly steps: readonly RollbackStatement[];
  readonly tables: readonly KeptTable[];
  readonly before: SchemaSnapshot;
  /** What there was before the change, by kind and identity. */
  readonly objects: ReadonlyMap<string, SnapshotObject>;
}

export const makesTable = /^CREATE (?:UNLOGGED )?TABLE /;

/** Rows and values put back, whatever keys, references, triggers and publications stand in their way by then. */
export class RowsRestored {
  readonly #steps: readonly RollbackStatement[];
  readonly #tables: readonly KeptTable[];
  readonly #objects: ReadonlyMap<string, SnapshotObject>;
  readonly #references: readonly Reference[];
  readonly #before: SchemaSnapshot;

  constructor({ steps, tables, before, objects }: WayOfRows) {
    this.#steps = steps;
    this.#tables = tables;
    this.#before = before;
    this.#objects = objects;
    this.#references = referencesOf(piecesOf(before));
  }

  /** Values of a column that is there again with the step at that place. */
  lost(table: KeptTable, column: string, at: number): readonly RollbackStatement[] {
    const lost = lostColumns(table).filter(({ before }) => before === column);
    return this.#untriggered(
      table,
      at,
      lost.flatMap((one) => restoreColumn(table, one, this.#numberedIn(table.relation))),
    );
  }

  /** Rows that waited while another form of their table gave way, when it is there again with the step at that place. */
  moved(table: KeptTable, at: number): readonly RollbackStatement[] {
    return this.#untriggered(table, at, moveRowsIn(table));
  }

  /** Removals from the tables that refer to others, returns from those that are referred to, then values. */
  changed(place: number): readonly RollbackStatement[] {
    const ordered = parentsFirst(this.#tables.filter(needsOutcome), this.#references);
    const guard = (table: KeptTable, sql: readonly string[]) => this.#untriggered(table, place, sql);
    const remove = (tables: readonly KeptTable[]): readonly RollbackStatement[] =>
      tables.toReversed().flatMap((table) => guard(table, removeInserted(table, this.#heldBy(table))));
    const isHeld = (table: KeptTable): boolean => table.unique && this.#heldBy(table).length > 0;
    return [
      ...remove(ordered),
      ...ordered.flatMap((table) => guard(table, this.#rowsBack(table))),
      // What held them may refer to others by now.
      ...remove(ordered.filter(isHeld)),
    ];
  }

  /** What was taken out may have values that others have until they get their former ones. */
  #rowsBack(table: KeptTable): readonly string[] {
    const contested = this.#isContested(table);
    const referenced = this.#references.some(({ to }) => to === table.relation);
    const refersToItself = this.#references.some(({ from, to }) => to === table.relation && from === to);
    const returned = table.extent === 'rows' ? insertDeleted(table) : [];
    const changed = updateChanged(table, { contested, referenced });
    return contested && !refersToItself ? [...changed, ...returned] : [...returned, ...changed];
  }

  /** Whether a key that stands by then, beside the one by which rows are known, speaks of values that change. */
  #isContested(table: KeptTable): boolean {
    if (table.extent !== 'rows' || !table.unique || table.divided) return false;
    const parts = this.#before.objects.filter(({ parent }) => parent === `table ${table.relation}`);
    return parts.some(({ kind, facts }) => {
      const { definition, madeBy, type } = facts.structure;
      if (kind === 'index' && madeBy === undefined)
        return typeof definition === 'string' && definition.startsWith('CREATE UNIQUE ');
      return kind === 'constraint' && (type === 'unique' || type === 'exclusion');
    });
  }

  /** Rows that refer to a row, which may be the application's: a cascade must not take them. */
  #heldBy({ relation }: KeptTable): readonly string[] {
    const family = new Set([relation, ...this.#ancestors(relation)]);
    return this.#references
      .filter(
        ({ from, to }) =>
          family.has(to) && !this.#steps.some(({ sql, about }) => makesTable.test(sql) && about === `table ${from}`),
      )
      .map(({ from, columns }) => {
        const pairs = columns.map(([own, other]) => `c.${own} = target.${other}`).join(' AND ');
        // A foreign key is no heir's, and it is every part's.
        const only = this.#objects.get(`table ${from}`)?.facts.structure['partitionKey'] === undefined ? 'ONLY ' : '';
        const itself = family.has(from) ? ' AND (c.tableoid, c.ctid) <> (target.tableoid, target.ctid)' : '';
        return `SELECT FROM ${only}${from} AS c WHERE ${pairs}${itself}`;
      });
  }

  /** The table whose numbers a column takes: since 17 a partition has those of the table at the top. */
  #numberedIn(relation: string): string {
    return this.#before.major < 17 ? relation : (this.#ancestors(relation).at(-1) ?? relation);
  }

  #ancestors(relation: string): readonly string[] {
    const { partitionOf } = this.#objects.get(`table ${relation}`)?.facts.structure ?? {};
    return typeof partitionOf === 'string' ? [partitionOf, ...this.#ancestors(partitionOf)] : [];
  }

  /** The project's own triggers and rules have done their work when the rows were written first. */
  #untriggered(table: KeptTable, at: number, sql: readonly string[]): readonly RollbackStatement[] {
    if (sql.length === 0) return [];
    const parent = `table ${table.relation}`;
    const firing = this.#before.objects.filter(
      (object) => ['trigger', 'rule'].includes(object.kind) && object.parent === parent,
    );
    const there = firing.filter(
      ({ kind, identity }) =>
        !this.#steps.some(
          (step, index) => index >= at && step.about === `${kind} ${identity}` && step.sql.startsWith('CREATE '),
        ),
    );
    const written = this.#identified(table, sql);
    if (there.length === 0) return statements(table, written);
    const active = there.filter(({ facts }) => facts.structure['enabled'] !== 'disabled');
    const again = active.map(({ kind, identity, facts }) => {
      const state = facts.structure['enabled'];
      const word = state === 'always' || state === 'replica' ? `ENABLE ${state.toUpperCase()}` : 'ENABLE';
      return `ALTER TABLE ${table.relation} ${word} ${kind.toUpperCase()} ${ownName(identity)}`;
    });
    const rules = active.filter(({ kind }) => kind === 'rule');
    const still = [
      ...(rules.length < there.length ? [`ALTER TABLE ${table.relation} DISABLE TRIGGER USER`] : []),
      ...rules.map(({ identity }) => `ALTER TABLE ${table.relation} DISABLE RULE ${ownName(identity)}`),
    ];
    return statements(table, [...still, ...written, ...again]);
  }

  /** What is published and has no key, or not yet, cannot be updated: for that long the whole row stands for itself. */
  #identified({ relation }: KeptTable, sql: readonly string[]): readonly string[] {
    const identity = this.#objects.get(`table ${relation}`)?.facts.physical['replicaIdentity'] ?? 'default';
    const isPublished = this.#before.objects.some(({ kind }) => kind === 'publication');
    // Since 18 a generated column that is not published keeps the whole row from standing for itself.
    const generates = this.#before.objects.some(
      ({ kind, parent, facts }) =>
        kind === 'column' && parent === `table ${relation}` && facts.structure['generated'] !== undefined,
    );
    if (!isPublished || (this.#before.major >= 18 && generates) || (identity !== 'default' && identity !== 'nothing'))
      return sql;
    const identify = (how: string): string => `ALTER TABLE ${relation} REPLICA IDENTITY ${how}`;
    return [identify('FULL'), ...sql, identify(identity.toUpperCase())];
  }
}

/** Of one table, as they can stand in a transaction. */
export function statements({ relation }: KeptTable, sql: readonly string[]): readonly RollbackStatement[] {
  return sql.map((one) => ({ sql: one, transactional: true, about: `table ${relation}` }));
}

/** Tables that others refer to stand before those; within a circle the order stays. */
function parentsFirst(tables: readonly KeptTable[], references: readonly Reference[]): readonly KeptTable[] {
  const ordered: KeptTable[] = [];
  const seen = new Set<string>();
  const visit = (table: KeptTable): void => {
    if (seen.has(table.relation)) return;
    seen.add(table.relation);
    for (const { to } of references.filter(({ from }) => from === table.relation)) {
      for (const parent of tables.filter(({ relation }) => relation === to)) visit(parent);
    }
    ordered.push(table);
  };
  for (const table of tables) visit(table);
  return ordered;
}
