import type { SchemaSnapshot, SnapshotObject } from '../../../model/schema-snapshot.js';
import type { Inversion, RollbackStatement } from '../invert/inversion.js';
import { piecesOf } from '../invert/pieces-of.js';
import { ownName } from '../invert/sql-names.js';
import { markRestored } from './keep-schema.js';
import { decideRows, insertDeleted, removeInserted, restoreColumn, updateChanged } from './keep-sql.js';
import { type KeptTable, lostColumns, needsOutcome } from './kept-table.js';
import type { KeepPlan } from './plan-keep.js';
import { type Reference, referencesOf } from './table-key.js';

/**
 * The inversion with the rows put back: decided first, while the schema is as the change left it; columns filled before
 * they are NOT NULL, tables before they have constraints and triggers, written rows before what they have to satisfy.
 */
export function withKeptData(inversion: Inversion, { tables, refresh }: KeepPlan, before: SchemaSnapshot): Inversion {
  const steps = tables.length === 0 ? inversion.steps : new Weaving(inversion.steps, tables, before).steps();
  const views = refresh.map((view) => ({
    sql: `REFRESH MATERIALIZED VIEW ${view}`,
    transactional: true,
    about: `materialized view ${view}`,
  }));
  return { ...inversion, steps: [...steps, ...views] };
}

const makesTable = /^CREATE (?:UNLOGGED )?TABLE /;
const addsColumn = /^ALTER TABLE .* ADD COLUMN /s;
const shapes =
  /^(?:DROP|CREATE (?:UNLOGGED )?TABLE|ALTER .*? (?:DROP|RENAME|SET SCHEMA|ADD COLUMN|DETACH|ALTER COLUMN \S+ (?:SET DATA )?TYPE))\b/s;
const tightens =
  /^(?:CREATE (?:UNIQUE )?INDEX|ALTER TABLE .* (?:ADD CONSTRAINT|VALIDATE CONSTRAINT|SET NOT NULL|ADD GENERATED)|COMMENT ON CONSTRAINT)\b/s;

class Weaving {
  readonly #steps: readonly RollbackStatement[];
  readonly #tables: readonly KeptTable[];
  readonly #objects: ReadonlyMap<string, SnapshotObject>;
  readonly #references: readonly Reference[];
  readonly #before: SchemaSnapshot;

  constructor(steps: readonly RollbackStatement[], tables: readonly KeptTable[], before: SchemaSnapshot) {
    this.#steps = steps;
    this.#tables = tables;
    this.#before = before;
    this.#objects = new Map(before.objects.map((object) => [`${object.kind} ${object.identity}`, object]));
    this.#references = referencesOf(piecesOf(before));
  }

  steps(): readonly RollbackStatement[] {
    const standing = this.#tables.filter(({ extent }) => extent !== 'whole');
    const place = this.#placeForRows();
    const woven = this.#steps.flatMap((step, at) => [step, ...this.#behind(step, at)].map((one) => ({ one, at })));
    const waits = ({ one, at }: { readonly one: RollbackStatement; readonly at: number }): boolean =>
      at < place && tightens.test(one.sql) && this.#isOfWritten(one);
    const earlier = woven.filter((entry) => entry.at < place && !waits(entry)).map(({ one }) => one);
    const waiting = woven.filter(waits).map(({ one }) => one);
    const later = woven.filter(({ at }) => at >= place).map(({ one }) => one);
    const decisions = standing.flatMap((table) => statements(table, decideRows(table)));
    const rows = this.#restoreRows(place);
    return [...this.#settings(), ...decisions, ...earlier, ...rows, ...waiting, ...later, ...this.#marks()];
  }

  /** A table with checks that are still to come cannot be altered. */
  #settings(): readonly RollbackStatement[] {
    const isDeferred = this.#before.objects.some(({ facts }) => facts.structure['deferrable'] !== undefined);
    return isDeferred ? statements(this.#tables[0] as KeptTable, ['SET CONSTRAINTS ALL IMMEDIATE']) : [];
  }

  /** Behind everything that gives the written tables their former columns. */
  #placeForRows(): number {
    if (!this.#tables.some(needsOutcome)) return 0;
    return 1 + this.#steps.findLastIndex(({ sql }) => shapes.test(sql));
  }

  #behind(step: RollbackStatement, at: number): readonly RollbackStatement[] {
    const made = makesTable.test(step.sql)
      ? this.#tables.filter(({ extent, relation }) => extent === 'whole' && `table ${relation}` === step.about)
      : [];
    const filled = made.flatMap((table) => statements(table, insertDeleted(table)));
    if (!addsColumn.test(step.sql)) return filled;
    const column = ownName(step.about.slice('column '.length));
    const holders = this.#tables.filter(
      (table) => table.extent !== 'whole' && this.#hasColumnOf(table.relation, step.about, column),
    );
    return holders.flatMap((table) => {
      const lost = lostColumns(table).filter(({ before }) => before === column);
      return this.#untriggered(
        table,
        at,
        lost.flatMap((one) => restoreColumn(table, one)),
      );
    });
  }

  /** Whether the column is the table's own, or comes to it from a parent. */
  #hasColumnOf(relation: string, about: string, column: string): boolean {
    if (`column ${relation}.${column}` === about) return true;
    const { partitionOf, inherits } = this.#objects.get(`table ${relation}`)?.facts.structure ?? {};
    const parents = [partitionOf, ...(Array.isArray(inherits) ? inherits : [])].filter(
      (one) => typeof one === 'string',
    );
    return parents.some((parent) => this.#hasColumnOf(parent, about, column));
  }

  /** Removals from the tables that refer to others, returns from those that are referred to, then values. */
  #restoreRows(place: number): readonly RollbackStatement[] {
    const ordered = parentsFirst(this.#tables.filter(needsOutcome), this.#references);
    const guard = (table: KeptTable, sql: readonly string[]) => this.#untriggered(table, place, sql);
    return [
      ...ordered.toReversed().flatMap((table) => guard(table, removeInserted(table, this.#heldBy(table)))),
      ...ordered.flatMap((table) =>
        guard(table, [...(table.extent === 'rows' ? insertDeleted(table) : []), ...updateChanged(table)]),
      ),
    ];
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
        return `SELECT FROM ${from} AS c WHERE ${pairs}${family.has(from) ? ' AND c.ctid <> target.ctid' : ''}`;
      });
  }

  #ancestors(relation: string): readonly string[] {
    const { partitionOf } = this.#objects.get(`table ${relation}`)?.facts.structure ?? {};
    return typeof partitionOf === 'string' ? [partitionOf, ...this.#ancestors(partitionOf)] : [];
  }

  /** The project's own triggers have done their work when the rows were written first. */
  #untriggered(table: KeptTable, at: number, sql: readonly string[]): readonly RollbackStatement[] {
    if (sql.length === 0) return [];
    const parent = `table ${table.relation}`;
    const triggers = this.#before.objects.filter((object) => object.kind === 'trigger' && object.parent === parent);
    const there = triggers.filter(
      ({ kind, identity }) =>
        !this.#steps.some(
          (step, index) => index >= at && step.about === `${kind} ${identity}` && step.sql.startsWith('CREATE '),
        ),
    );
    if (there.length === 0) return statements(table, sql);
    const again = there.flatMap(({ identity, facts }) => {
      const state = facts.structure['enabled'];
      if (state === 'disabled') return [];
      const word = state === 'always' || state === 'replica' ? `ENABLE ${state.toUpperCase()}` : 'ENABLE';
      return [`ALTER TABLE ${table.relation} ${word} TRIGGER ${ownName(identity)}`];
    });
    return statements(table, [`ALTER TABLE ${table.relation} DISABLE TRIGGER USER`, ...sql, ...again]);
  }

  #isOfWritten({ about }: RollbackStatement): boolean {
    const object = this.#objects.get(about);
    const written = this.#tables.filter(needsOutcome).map(({ relation }) => `table ${relation}`);
    return object?.parent != null && written.includes(object.parent);
  }

  #marks(): readonly RollbackStatement[] {
    const places = this.#tables.flatMap((table) => [table.values, ...(needsOutcome(table) ? [table.outcome] : [])]);
    return statements(this.#tables[0] as KeptTable, [markRestored(places)]);
  }
}

function statements({ relation }: KeptTable, sql: readonly string[]): readonly RollbackStatement[] {
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
