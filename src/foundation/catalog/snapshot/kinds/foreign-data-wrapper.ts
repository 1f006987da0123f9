import type { JsonValue } from '../../../../model/json.js';
import { procSql, rowColumns } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';
import { wrapperOptionsSql } from '../wrapper-options.js';

interface ForeignDataWrapperRow extends SnapshotRow, SharedRow {
  readonly handler: string | null;
  readonly validator: string | null;
  readonly options: Readonly<Record<string, JsonValue>> | null;
}

export default defineKind<ForeignDataWrapperRow>({
  kind: 'foreign-data wrapper',
  sql: `SELECT ${rowColumns('pg_foreign_data_wrapper', 'w.oid')}, ${procSql('w.fdwhandler')} AS handler,
    ${procSql('w.fdwvalidator')} AS validator, ${wrapperOptionsSql('w.fdwoptions')} AS options,
    ${sharedColumns({ catalog: 'pg_foreign_data_wrapper', oid: 'w.oid', owner: 'w.fdwowner', acl: { sql: 'w.fdwacl', letter: 'F' } })}
    FROM pg_catalog.pg_foreign_data_wrapper w WHERE w.oid >= ${firstUserOid}`,
  facts: (row) => sharedFacts(row, { handler: row.handler, validator: row.validator, options: row.options }),
});
