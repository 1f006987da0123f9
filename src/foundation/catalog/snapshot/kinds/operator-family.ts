import { rowColumns } from '../names-sql.js';
import { membersSql } from '../operator-members.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface OperatorFamilyRow extends SnapshotRow, SharedRow {
  readonly members: readonly string[];
}

/** `members` are those that belong to none of its classes, as ALTER OPERATOR FAMILY … ADD takes them. */
export default defineKind<OperatorFamilyRow>({
  kind: 'operator family',
  sql: `SELECT ${rowColumns('pg_opfamily', 'f.oid')}, ${membersSql({ catalog: 'pg_opfamily', oid: 'f.oid' })} AS members,
    ${sharedColumns({ catalog: 'pg_opfamily', oid: 'f.oid', owner: 'f.opfowner' })}
    FROM pg_catalog.pg_opfamily f WHERE f.oid >= ${firstUserOid}`,
  facts: (row) => sharedFacts(row, { members: row.members.length === 0 ? undefined : row.members }),
});
