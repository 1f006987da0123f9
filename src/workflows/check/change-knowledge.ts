import type { RelationSize } from '../../before/classify/rule-context.js';
import type { SchemaKnowledge } from '../../model/check.js';
import type { Migration } from '../../model/migration.js';
import type { Schema } from '../../model/schema.js';
import type { StatementError } from '../../model/trace.js';

/** What the user wants the change to be judged with. */
export interface SchemaSource {
  /** `auto`: a database if one is named, else a shadow where there is history, else the text. */
  readonly kind: 'auto' | 'shadow' | 'text';
  /** Connection string of a database that is read, and never written to. */
  readonly database: string | null;
  /** Name of a configured target, for its database and its tier. */
  readonly target: string | null;
}

/** What is known of the database as the change goes on. */
export interface ChangeKnowledge extends AsyncDisposable {
  readonly major: number;
  readonly schema: SchemaKnowledge;
  readonly sizes: ReadonlyMap<string, RelationSize>;
  readonly notes: readonly string[];
  /** Asked for each migration of the change, in order. */
  arriveAt(migration: Migration): Promise<MigrationKnowledge>;
}

export interface MigrationKnowledge {
  /** The schema before the statement at each place; null: only the text is known there. */
  readonly schemas: readonly (Schema | null)[];
  /**
   * Given when the change was tried from its beginning on a database without relations, so that all rows are its own:
   * `schema.name mode` of each lock held after the statement at each place; null where nobody looked.
   */
  readonly held: readonly (ReadonlySet<string> | null)[] | null;
  /** The schemas are from before the whole change. */
  readonly frozen: boolean;
  /** Why a statement fails where the change was tried; null when nothing failed. */
  readonly failure: StatementError | null;
}

/** Nothing but the text. */
export function knowByText(major: number, sizes: ReadonlyMap<string, RelationSize> = new Map()): ChangeKnowledge {
  return {
    major,
    schema: 'none',
    sizes,
    notes: [],
    arriveAt: async () => ({ schemas: [], held: null, frozen: false, failure: null }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** One schema for the whole change, as the database has it now. */
export function knowBySchema(schema: Schema): ChangeKnowledge {
  return {
    ...knowByText(schema.major, sizesOf(schema)),
    schema: 'database',
    arriveAt: async ({ statements }) => ({
      schemas: statements.map(() => schema),
      held: null,
      frozen: true,
      failure: null,
    }),
  };
}

/** The server's own estimates. */
export function sizesOf(schema: Schema): ReadonlyMap<string, RelationSize> {
  return new Map(schema.relations.map(({ name, rows, bytes }) => [name, { rows, bytes }]));
}
