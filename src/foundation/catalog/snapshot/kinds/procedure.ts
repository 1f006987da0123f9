import { sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';
import { routinesSql } from './routine-columns.js';

interface ProcedureRow extends SnapshotRow, SharedRow {
  readonly definition: string;
  readonly arguments: string;
}

export default defineKind<ProcedureRow>({
  kind: 'procedure',
  sql: routinesSql(
    'pg_catalog.pg_get_functiondef(p.oid) AS definition, pg_catalog.pg_get_function_arguments(p.oid) AS arguments',
    ['p'],
  ),
  facts: (row) => sharedFacts(row, { definition: row.definition, arguments: row.arguments }),
});
