import { operatorClassSql, operatorFamilySql, rowColumns, typeSql } from '../names-sql.js';
import { membersSql } from '../operator-members.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface OperatorClassRow extends SnapshotRow, SharedRow {
  readonly name: string;
  readonly is_default: boolean;
  readonly type: string;
  readonly method: string;
  readonly family: string;
  readonly storage: string | null;
  readonly members: readonly string[];
}

export default defineKind<OperatorClassRow>({
  kind: 'operator class',
  sql: `SELECT ${rowColumns('pg_opclass', 'c.oid')}, ${operatorClassSql('c.oid')} AS name, c.opcdefault AS is_default,
    ${typeSql('c.opcintype')} AS type, pg_catalog.quote_ident(a.amname) AS method, ${operatorFamilySql('c.opcfamily')} AS family,
    ${typeSql('c.opckeytype')} AS storage, ${membersSql({ catalog: 'pg_opclass', oid: 'c.oid' })} AS members,
    ${sharedColumns({ catalog: 'pg_opclass', oid: 'c.oid', owner: 'c.opcowner' })}
    FROM pg_catalog.pg_opclass c JOIN pg_catalog.pg_am a ON a.oid = c.opcmethod WHERE c.oid >= ${firstUserOid}`,
  facts: (row) => sharedFacts(row, { definition: definitionOf(row) }),
});

function definitionOf({ name, is_default, type, method, family, storage, members }: OperatorClassRow): string {
  const storedAs = storage === null ? [] : [`STORAGE ${storage}`];
  // A class without members is legal and pointless; the grammar wants one item, and the storage of its own type says nothing.
  const items = [...members, ...storedAs];
  const list = items.length === 0 ? `STORAGE ${type}` : items.join(', ');
  return `CREATE OPERATOR CLASS ${name} ${is_default ? 'DEFAULT ' : ''}FOR TYPE ${type} USING ${method} FAMILY ${family} AS ${list}`;
}
