import type { SchemaSnapshot, SnapshotObject } from '../../../model/schema-snapshot.js';
import { quoteLiteral } from '../../../foundation/sql/quote-identifier.js';
import type { Inversion, RollbackStatement } from '../invert/inversion.js';
import { piecesOf } from '../invert/pieces-of.js';
import { ownName } from '../invert/sql-names.js';
import { markRestored } from './keep-schema.js';
import {
  decideRows,
  insertDeleted,
  moveRowsIn,
  moveRowsOut,
  removeInserted,
  restoreColumn,
  updateChanged,
} from './keep-sql.js';
import { comparedColumns, type KeptTable, lostColumns, needsOutcome } from './kept-table.js';
import type { KeepPlan } from './plan-keep.js';
import { type Reference, referencesOf } from './table-key.js';
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

function viewsMade(steps: readonly RollbackStatement[]): readonly string[] {
  return steps.flatMap(({ sql, about }) =>
    /^CREATE MATERIALIZED VIEW .* WITH DATA$/s.test(sql) ? [about.slice('materialized view '.length)] : [],
  );
}

/** Views from which others are computed stand before those, whatever lies between them. */
function sourcesFirst(views: ReadonlySet<string>, { objects }: SchemaSnapshot): readonly string[] {
  const needs = new Map(objects.map(({ kind, identity, dependsOn }) => [`${kind} ${identity}`, dependsOn]));
  const ordered: string[] = [];
  const seen = new Set<string>();
  const visit = (key: string): void => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const source of needs.get(key) ?? []) visit(source);
    const name = key.slice('materialized view '.length);
    if (key.startsWith('materialized view ') && views.has(name)) ordered.push(name);
  };
  for (const view of views) visit(`materialized view ${view}`);
  return ordered;
}

/** The numbers of a table that was made again for rows that it had: new rows must not get theirs. */
function numbersGoOn(steps: readonly RollbackStatement[], { objects }: SchemaSnapshot): readonly RollbackStatement[] {
  const dropped = new Set(steps.flatMap(({ sql, about }) => (sql.startsWith('DROP TABLE ') ? [about] : [])));
  const remade = new Set(
    steps.flatMap(({ sql, about }) => (makesTable.test(sql) && dropped.has(about) ? [about] : [])),
  );
  return objects.flatMap(({ kind, identity, parent, facts }) => {
    const table = parent?.replace(/^column /, 'table ').replace(/\.(?:"(?:[^"]|"")*"|[^".]*)$/, '') ?? '';
    const { identityOf, increment } = facts.structure;
    if (kind !== 'sequence' || identityOf === undefined || !remade.has(table)) return [];
    const column = ownName((parent ?? '').slice('column '.length));
    const [last, passed] = typeof increment === 'string' && increment.startsWith('-') ? ['min', '<'] : ['max', '>'];
    return [
      {
        sql:
          `SELECT pg_catalog.setval(${quoteLiteral(identity)}, pg_catalog.${last}(t.${column})) FROM ${table.slice('table '.length)} AS t ` +
          `HAVING pg_catalog.${last}(t.${column}) ${passed} (SELECT s.last_value FROM ${identity} AS s)`,
        transactional: true,
        about: table,
      },
    ];
  });
}

const makesTable = /^CREATE (?:UNLOGGED )?TABLE /;
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
    const woven = this.#steps.flatMap((step, at) =>
      [...this.#converted(step), ...this.#behind(step, at)].map((one) => ({ one, at })),
    );
    const waits = ({ one, at }: { readonly one: RollbackStatement; readonly at: number }): boolean =>
      at < place && tightens.test(one.sql) && this.#isOfWritten(one);
    const earlier = woven.filter((entry) => entry.at < place && !waits(entry)).map(({ one }) => one);
    const waiting = woven.filter(waits).map(({ one }) => one);
    const later = woven.filter(({ at }) => at >= place).map(({ one }) => one);
    const decisions = standing.flatMap((table) => statements(table, [...decideRows(table), ...moveRowsOut(table)]));
    const rows = this.#restoreRows(place);
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
    return 1 + this.#steps.findLastIndex(({ sql }) => shapes.test(sql));
  }

  #behind(step: RollbackStatement, at: number): readonly RollbackStatement[] {
    const made = makesTable.test(step.sql)
      ? this.#tables.filter(({ extent, relation }) => extent === 'whole' && `table ${relation}` === step.about)
      : [];
    const moved = makesTable.test(step.sql)
      ? this.#tables.filter(({ relation }) => `table ${relation}` === step.about)
      : [];
    const filled = [
      ...made.flatMap((table) => statements(table, insertDeleted(table))),
      ...moved.flatMap((table) => statements(table, moveRowsIn(table))),
    ];
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
        lost.flatMap((one) => restoreColumn(table, one, this.#numberedIn(table.relation))),
      );
    });
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

  /** Removals from the tables that refer to others, returns from those that are referred to, then values. */
  #restoreRows(place: number): readonly RollbackStatement[] {
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
    if (table.extent !== 'rows' || !table.unique) return false;
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
        return `SELECT FROM ${from} AS c WHERE ${pairs}${family.has(from) ? ' AND c.ctid <> target.ctid' : ''}`;
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
    const written = this.#identified(table, sql);
    if (there.length === 0) return statements(table, written);
    const again = there.flatMap(({ identity, facts }) => {
      const state = facts.structure['enabled'];
      if (state === 'disabled') return [];
      const word = state === 'always' || state === 'replica' ? `ENABLE ${state.toUpperCase()}` : 'ENABLE';
      return [`ALTER TABLE ${table.relation} ${word} TRIGGER ${ownName(identity)}`];
    });
    return statements(table, [`ALTER TABLE ${table.relation} DISABLE TRIGGER USER`, ...written, ...again]);
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
