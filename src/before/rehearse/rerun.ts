import { readSchema } from '../../foundation/catalog/read-schema.js';
import type { Session } from '../../foundation/postgres/session.js';
import { runScript } from '../../foundation/steps/run-script.js';
import type { Migration } from '../../model/migration.js';
import type { Schema } from '../../model/schema.js';
import type { Rerun } from '../../model/trace.js';

/**
 * Runs a migration that has just been applied once more: idempotent is what then neither fails nor changes the schema.
 * What it did is left in place.
 */
export async function runAgain(session: Session, migration: Migration, signal: AbortSignal): Promise<Rerun> {
  const before = await readSchema(session);
  const run = await runScript(session, migration, {
    observer: null,
    insideTransaction: false,
    signal,
    onProgress: () => undefined,
  });
  const error = run.statements.findLast((statement) => statement.error !== null)?.error ?? null;
  if (error !== null) return { kind: 'failed', error };
  return { kind: structureOf(before) === structureOf(await readSchema(session)) ? 'unchanged' : 'changed' };
}

/** Without what changes by itself: statistics, and the OIDs of what was replaced by its like. */
function structureOf(schema: Schema): string {
  const names = new Map(schema.relations.map(({ oid, name }) => [oid, name]));
  const relations = schema.relations.map(({ name, kind, columns, index, policies, rowSecurity, owner }) => ({
    name,
    kind,
    columns: columns.map(({ name: column, typeText, notNull, default: value }) => [column, typeText, notNull, value]),
    index: index?.definition ?? null,
    policies,
    rowSecurity,
    owner,
  }));
  const constraints = schema.constraints.map(({ name, relation, definition, validated }) => [
    names.get(relation ?? '') ?? null,
    name,
    definition,
    validated,
  ]);
  const functions = schema.functions.map(({ schema: space, name, argumentsText, body }) => [
    space,
    name,
    argumentsText,
    body,
  ]);
  const types = schema.types.map(({ schema: space, name, kind, labels }) => [space, name, kind, labels]);
  const sorted = (items: readonly unknown[]): readonly string[] => items.map((item) => JSON.stringify(item)).toSorted();
  return JSON.stringify([relations, sorted(constraints), sorted(functions), sorted(types)]);
}
