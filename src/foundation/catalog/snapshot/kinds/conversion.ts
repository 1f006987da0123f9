import { quoteLiteral } from '../../../sql/quote-identifier.js';
import { procSql, rowColumns } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface ConversionRow extends SnapshotRow, SharedRow {
  readonly is_default: boolean;
  readonly source: string;
  readonly destination: string;
  readonly procedure: string;
}

export default defineKind<ConversionRow>({
  kind: 'conversion',
  sql: `SELECT ${rowColumns('pg_conversion', 'c.oid')}, c.condefault AS is_default,
    pg_catalog.pg_encoding_to_char(c.conforencoding)::pg_catalog.text AS source,
    pg_catalog.pg_encoding_to_char(c.contoencoding)::pg_catalog.text AS destination, ${procSql('c.conproc')} AS procedure,
    ${sharedColumns({ catalog: 'pg_conversion', oid: 'c.oid', owner: 'c.conowner' })}
    FROM pg_catalog.pg_conversion c WHERE c.oid >= ${firstUserOid}`,
  facts: (row) => sharedFacts(row, { definition: definitionOf(row) }),
});

function definitionOf({ identity, is_default, source, destination, procedure }: ConversionRow): string {
  const encodings = `FOR ${quoteLiteral(source)} TO ${quoteLiteral(destination)}`;
  return `CREATE ${is_default ? 'DEFAULT ' : ''}CONVERSION ${identity} ${encodings} FROM ${procedure}`;
}
