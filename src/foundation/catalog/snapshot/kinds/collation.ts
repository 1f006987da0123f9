import { quoteLiteral } from '../../../sql/quote-identifier.js';
import { definitionList } from '../definition-text.js';
import { rowColumns } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface CollationRow extends SnapshotRow, SharedRow {
  readonly provider: 'builtin' | 'icu' | 'libc';
  readonly deterministic: boolean;
  readonly collate: string | null;
  readonly ctype: string | null;
  readonly locale: string | null;
  readonly rules: string | null;
}

/** What ICU or libc calls their data's version is left out: it is the machine's. */
export default defineKind<CollationRow>({
  kind: 'collation',
  sql: (major) => `SELECT ${rowColumns('pg_collation', 'c.oid')},
    CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END AS provider,
    c.collisdeterministic AS deterministic, c.collcollate AS collate, c.collctype AS ctype,
    ${major >= 17 ? 'c.colllocale' : 'c.colliculocale'} AS locale, ${major >= 16 ? 'c.collicurules' : 'NULL'} AS rules,
    ${sharedColumns({ catalog: 'pg_collation', oid: 'c.oid', owner: 'c.collowner' })}
    FROM pg_catalog.pg_collation c WHERE c.oid >= ${firstUserOid}`,
  facts: (row) => sharedFacts(row, { definition: definitionOf(row) }),
});

function definitionOf({ identity, provider, deterministic, collate, ctype, locale, rules }: CollationRow): string {
  const literal = (text: string | null) => (text === null ? null : quoteLiteral(text));
  const list = definitionList([
    ['PROVIDER', provider],
    ['LOCALE', literal(locale)],
    ['LC_COLLATE', literal(collate)],
    ['LC_CTYPE', literal(ctype)],
    ['RULES', literal(rules)],
    ['DETERMINISTIC', deterministic ? null : 'false'],
  ]);
  return `CREATE COLLATION ${identity} ${list}`;
}
