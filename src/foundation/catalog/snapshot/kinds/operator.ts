import { definitionList, flag } from '../definition-text.js';
import { operatorSql, procSql, rowColumns, typeSql } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface OperatorRow extends SnapshotRow, SharedRow {
  readonly name: string;
  readonly procedure: string | null;
  readonly left_type: string | null;
  readonly right_type: string | null;
  readonly commutator: string | null;
  readonly negator: string | null;
  readonly restrict: string | null;
  readonly join: string | null;
  readonly hashes: boolean;
  readonly merges: boolean;
}

/** Without `definition` where another operator only named it as its commutator or negator. */
export default defineKind<OperatorRow>({
  kind: 'operator',
  sql: `SELECT ${rowColumns('pg_operator', 'o.oid')},
    (SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_namespace n WHERE n.oid = o.oprnamespace) || '.' || o.oprname AS name,
    ${procSql('o.oprcode')} AS procedure, ${typeSql('o.oprleft')} AS left_type, ${typeSql('o.oprright')} AS right_type,
    ${operatorSql('o.oprcom')} AS commutator, ${operatorSql('o.oprnegate')} AS negator,
    ${procSql('o.oprrest')} AS restrict, ${procSql('o.oprjoin')} AS join, o.oprcanhash AS hashes, o.oprcanmerge AS merges,
    ${sharedColumns({ catalog: 'pg_operator', oid: 'o.oid', owner: 'o.oprowner' })}
    FROM pg_catalog.pg_operator o WHERE o.oid >= ${firstUserOid}`,
  facts: (row) => sharedFacts(row, { definition: definitionOf(row) }),
});

function definitionOf(row: OperatorRow): string | undefined {
  if (row.procedure === null) return undefined;
  const list = definitionList([
    ['FUNCTION', row.procedure],
    ['LEFTARG', row.left_type],
    ['RIGHTARG', row.right_type],
    ['COMMUTATOR', row.commutator],
    ['NEGATOR', row.negator],
    ['RESTRICT', row.restrict],
    ['JOIN', row.join],
    ['HASHES', flag(row.hashes)],
    ['MERGES', flag(row.merges)],
  ]);
  return `CREATE OPERATOR ${row.name} ${list}`;
}
