import { sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';
import { routinesSql } from './routine-columns.js';

interface FunctionRow extends SnapshotRow, SharedRow {
  readonly definition: string;
  readonly arguments: string;
  readonly result: string;
}

/**
 * `arguments` (with names and defaults) and `result` stand beside the definition because CREATE OR REPLACE can change
 * neither names nor the result: who leads back has to know.
 */
export default defineKind<FunctionRow>({
  kind: 'function',
  sql: routinesSql(
    `pg_catalog.pg_get_functiondef(p.oid) AS definition, pg_catalog.pg_get_function_arguments(p.oid) AS arguments,
    pg_catalog.pg_get_function_result(p.oid) AS result`,
    ['f', 'w'],
  ),
  facts: (row) => sharedFacts(row, { definition: row.definition, arguments: row.arguments, result: row.result }),
});
