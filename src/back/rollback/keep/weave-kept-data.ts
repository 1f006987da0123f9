import type { SchemaSnapshot, SnapshotObject } from '../../../model/schema-snapshot.js';
import type { Inversion, RollbackStatement } from '../invert/inversion.js';
import { ownName } from '../invert/sql-names.js';
import { numbersGoOn, sourcesFirst, viewsMade } from './follow-rows.js';
import { markRestored } from './keep-schema.js';
import { decideRows, insertDeleted, moveRowsOut } from './keep-sql.js';
import { comparedColumns, type KeptTable, needsOutcome } from './kept-table.js';
import type { KeepPlan } from './plan-keep.js';
import { makesTable, RowsRestored, statements } from './restore-rows.js';
import { translateValues } from './translate-values.js';

/**
 * The inversion with the rows put back: decided first, while the schema is as the change left it; columns filled before
 * they are NOT NULL, tables before they have constraints and triggers, written rows before what they have to satisfy.
 */
export function withKeptData(inversion: Inversion, { tables, refresh }: KeepPlan, before: SchemaSnapshot): Inversion {
  const steps = tables.length === 0 ? inversion.steps : new Weaving(inversion.steps, tables, before).steps();
  const numbers = numbersGoOn(inversion.steps, before);
  // What is made again is filled from rows that may get their former values only later.
  const made = tables.some(needsOutcome) ? viewsMade(inversion.steps) : [];
  const views = sourcesFirst(new Set([...refresh, ...made]), before).map((view) => ({
    sql: `REFRESH MATERIALIZED VIEW ${view}`,
    transactional: true,
    about: `materialized view ${view}`,
  }));
  return { ...inversion, steps: [...steps, ...numbers, ...views] };
}

const addsColumn = /^ALTER TABLE .* ADD COLUMN /s;
const shapes =
  /^(?:DROP|CREATE (?:UNLOGGED )?TABLE|ALTER .*? (?:DROP|RENAME|SET SCHEMA|ADD COLUMN|DETACH|(?:ADD|ALTER) ATTRIBUTE|ALTER COLUMN \S+ (?:SET DATA )?TYPE))\b/s;
const tightens =
  /^(?:CREATE (?:UNIQUE )?INDEX|ALTER TABLE .* (?:ADD CONSTRAINT|VALIDATE CONSTRAINT|SET NOT NULL|ADD GENERATED)|COMMENT ON CONSTRAINT)\b/s;

const changesType =
  /^(ALTER TABLE .*? ALTER COLUMN .*? TYPE (?:.*?(?= USING )|(?=(?:text|character|name|bpchar)\b(?!.*\]$)).*))(?: USING (.*))?$/s;

/** Refuses rows with labels that a type loses; where rows get their former values, the casts refuse the others. */
function isLabelGuard({ sql }: RollbackStatement): boolean {
  return sql.startsWith('DO $labels$') && sql.includes('RAISE EXCEPTION');
}

function holdsType(table: KeptTable, about: string): boolean {
  const type = about.slice('type '.length);
  return comparedColumns(table).some((column) => column.type.replace(/(?:\[\])+$/, '') === type);
}

class Weaving {
  readonly #steps: readonly RollbackStatement[];
  readonly #tables: readonly KeptTable[];
  readonly #objects: ReadonlyMap<string, SnapshotObject>;
  readonly #rows: RowsRestored;
  readonly #before: SchemaSnapshot;

  constructor(steps: readonly RollbackStatement[], tables: readonly KeptTable[], before: SchemaSnapshot) {
    this.#steps = steps;
    this.#tables = tables;
    this.#before = before;
    this.#objects = new Map(before.objects.map((object) => [`${object.kind} ${object.identity}`, object]));
    this.#rows = new RowsRestored({ steps, tables, before, objects: this.#objects });
  }

  steps(): readonly RollbackStatement[] {
    const standing = this.#tables.filter(({ extent }) => extent !== 'whole');
    const place = this.#placeForRows();
    const woven = this.#steps.flatMap((step, at) =>
      [...this.#converted(step), ...this.#behind(step, at)].map((one) => ({ one, at })),
    );
    const waits = ({ one, at }: { readonly one: RollbackStatement; readonly at: number }): boolean =>
      at < place && tightens.test(one.sql) && this.#isOfWritten(one);
    const earlier = woven.filter((entry) => entry.at < place && !waits(entry)).map(({ one }) => one);
    const waiting = woven.filter(waits).map(({ one }) => one);
    const later = woven.filter(({ at }) => at >= place).map(({ one }) => one);
    const decisions = standing.flatMap((table) => statements(table, [...decideRows(table), ...moveRowsOut(table)]));
    const rows = this.#rows.changed(place);
    return [...this.#settings(), ...decisions, ...earlier, ...rows, ...waiting, ...later, ...this.#marks()];
  }

  /** A table with checks that are still to come cannot be altered. */
  #settings(): readonly RollbackStatement[] {
    const isDeferred = this.#before.objects.some(({ facts }) => facts.structure['deferrable'] !== undefined);
    return isDeferred ? statements(this.#tables[0] as KeptTable, ['SET CONSTRAINTS ALL IMMEDIATE']) : [];
  }

  /** A change of a type that translates by what is kept: values may have been given that no cast leads back. */
  #converted(step: RollbackStatement): readonly RollbackStatement[] {
    const kept = this.#tables.filter(needsOutcome);
    if (isLabelGuard(step)) return kept.some((table) => holdsType(table, step.about)) ? [] : [step];
    const [, change, using] = changesType.exec(step.sql) ?? [];
    if (change === undefined) return [step];
    const name = ownName(step.about.slice('column '.length));
    const columns = kept
      .filter(({ relation }) => this.#hasColumnOf(relation, step.about, name))
      .flatMap((table) =>
        comparedColumns(table).flatMap((column) => (column.before === name ? [{ table, column }] : [])),
      );
    const table = columns[0]?.table;
    if (table === undefined) return [step];
    const { make, call, drop } = translateValues(columns, name);
    const cast = using?.slice(using.lastIndexOf('::')) ?? '';
    return [...statements(table, make), { ...step, sql: `${change} USING ${call}${cast}` }, ...statements(table, drop)];
  }

  /** Behind everything that gives the written tables their former columns. */
  #placeForRows(): number {
    if (!this.#tables.some(needsOutcome)) return 0;
    const there = this.#tables.filter(({ moved }) => moved !== null).map((table) => this.#readyAt(table));
    return (
      1 +
      Math.max(
        this.#steps.findLastIndex(({ sql }) => shapes.test(sql)),
        ...there,
      )
    );
  }

  #behind(step: RollbackStatement, at: number): readonly RollbackStatement[] {
    const moved = this.#tables.filter((table) => table.moved !== null && this.#readyAt(table) === at);
    const made = makesTable.test(step.sql)
      ? this.#tables.filter(({ extent, relation }) => extent === 'whole' && `table ${relation}` === step.about)
      : [];
    const filled = [
      ...made.flatMap((table) => statements(table, insertDeleted(table))),
      ...moved.flatMap((table) => this.#rows.moved(table, at)),
    ];
    if (!addsColumn.test(step.sql)) return filled;
    const column = ownName(step.about.slice('column '.length));
    const holders = this.#tables.filter(
      (table) => table.extent !== 'whole' && this.#hasColumnOf(table.relation, step.about, column),
    );
    return holders.flatMap((table) => this.#rows.lost(table, column, at));
  }

  /** The place of the step with which rows of another form can come in: where it is divided, the last part's. */
  #readyAt({ relation, divided }: KeptTable): number {
    const family = new Set(divided ? this.#partsOf(relation) : []);
    return this.#steps.findLastIndex(
      ({ sql, about }) =>
        (makesTable.test(sql) && about === `table ${relation}`) ||
        (/ ATTACH PARTITION /.test(sql) && family.has(about.slice('partition '.length))),
    );
  }

  #partsOf(relation: string): readonly string[] {
    return this.#before.objects
      .filter(({ kind, facts }) => kind === 'table' && facts.structure['partitionOf'] === relation)
      .flatMap(({ identity }) => [identity, ...this.#partsOf(identity)]);
  }

  /** Whether the column is the table's own, or comes to it from a parent. */
  #hasColumnOf(relation: string, about: string, column: string): boolean {
    if (`column ${relation}.${column}` === about) return true;
    // What is attached only later has nothing from its parent yet.
    if (this.#steps.some((step) => step.about === `partition ${relation}` && / ATTACH PARTITION /.test(step.sql)))
      return false;
    const { partitionOf, inherits } = this.#objects.get(`table ${relation}`)?.facts.structure ?? {};
    const parents = [partitionOf, ...(Array.isArray(inherits) ? inherits : [])].filter(
      (one) => typeof one === 'string',
    );
    return parents.some((parent) => this.#hasColumnOf(parent, about, column));
  }

  #isOfWritten({ about }: RollbackStatement): boolean {
    const object = this.#objects.get(about);
    // What is divided has to have its constraints and indexes by the time its parts are attached to it.
    const written = this.#tables.flatMap((table) =>
      needsOutcome(table) && !table.divided ? [`table ${table.relation}`] : [],
    );
    return object?.parent != null && written.includes(object.parent);
  }

  #marks(): readonly RollbackStatement[] {
    const places = this.#tables.flatMap((table) => [table.values, ...(needsOutcome(table) ? [table.outcome] : [])]);
    return statements(this.#tables[0] as KeptTable, [markRestored(places)]);
  }
}
