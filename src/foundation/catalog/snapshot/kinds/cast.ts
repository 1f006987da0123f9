import { rowColumns, signatureSql, typeSql } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface CastRow extends SnapshotRow, SharedRow {
  readonly source: string;
  readonly target: string;
  readonly method: 'f' | 'b' | 'i';
  readonly context: 'e' | 'a' | 'i';
  readonly function: string | null;
}

export default defineKind<CastRow>({
  kind: 'cast',
  sql: `SELECT ${rowColumns('pg_cast', 'c.oid')}, ${typeSql('c.castsource')} AS source, ${typeSql('c.casttarget')} AS target,
    c.castmethod AS method, c.castcontext AS context, ${signatureSql('c.castfunc')} AS function,
    ${sharedColumns({ catalog: 'pg_cast', oid: 'c.oid' })}
    FROM pg_catalog.pg_cast c WHERE c.oid >= ${firstUserOid}
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend made WHERE made.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass
        AND made.objid = c.oid AND made.deptype = 'i')`,
  facts: (row) => sharedFacts(row, { definition: definitionOf(row) }),
});

const contexts: Readonly<Record<CastRow['context'], string>> = { e: '', a: ' AS ASSIGNMENT', i: ' AS IMPLICIT' };

/** The casts from a range to its multirange come and go with the range: they depend on it internally. */
function definitionOf({ source, target, method, context, function: signature }: CastRow): string {
  const ways = { f: `WITH FUNCTION ${signature}`, b: 'WITHOUT FUNCTION', i: 'WITH INOUT' };
  return `CREATE CAST (${source} AS ${target}) ${ways[method]}${contexts[context]}`;
}
