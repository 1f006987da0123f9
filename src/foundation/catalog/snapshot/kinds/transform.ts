import { signatureSql, typeSql } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface TransformRow extends SnapshotRow, SharedRow {
  readonly type: string;
  readonly language: string;
  readonly from_sql: string | null;
  readonly to_sql: string | null;
}

export default defineKind<TransformRow>({
  kind: 'transform',
  // pg_identify_object puts an "on" into the identity up to 17.
  sql: `SELECT 'pg_transform' AS classid, t.oid::pg_catalog.text AS objid, 0 AS objsubid,
    'for ' || ${typeSql('t.trftype')} || ' language ' || pg_catalog.quote_ident(l.lanname) AS identity, ${typeSql('t.trftype')} AS type,
    pg_catalog.quote_ident(l.lanname) AS language, ${signatureSql('t.trffromsql::pg_catalog.oid')} AS from_sql,
    ${signatureSql('t.trftosql::pg_catalog.oid')} AS to_sql, ${sharedColumns({ catalog: 'pg_transform', oid: 't.oid' })}
    FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang WHERE t.oid >= ${firstUserOid}`,
  facts: (row) => sharedFacts(row, { definition: definitionOf(row) }),
});

function definitionOf({ type, language, from_sql, to_sql }: TransformRow): string {
  const ways = [
    ...(from_sql === null ? [] : [`FROM SQL WITH FUNCTION ${from_sql}`]),
    ...(to_sql === null ? [] : [`TO SQL WITH FUNCTION ${to_sql}`]),
  ];
  return `CREATE TRANSFORM FOR ${type} LANGUAGE ${language} (${ways.join(', ')})`;
}
