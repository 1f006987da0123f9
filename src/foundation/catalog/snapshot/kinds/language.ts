import { procSql, rowColumns } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface LanguageRow extends SnapshotRow, SharedRow {
  readonly trusted: boolean;
  readonly handler: string;
  readonly inline: string | null;
  readonly validator: string | null;
}

export default defineKind<LanguageRow>({
  kind: 'language',
  sql: `SELECT ${rowColumns('pg_language', 'l.oid')}, l.lanpltrusted AS trusted,
    ${procSql('l.lanplcallfoid')} AS handler, ${procSql('l.laninline')} AS inline, ${procSql('l.lanvalidator')} AS validator,
    ${sharedColumns({ catalog: 'pg_language', oid: 'l.oid', owner: 'l.lanowner', acl: { sql: 'l.lanacl', letter: 'l' } })}
    FROM pg_catalog.pg_language l WHERE l.lanispl AND l.oid >= ${firstUserOid}`,
  facts: (row) => sharedFacts(row, { definition: definitionOf(row) }),
});

function definitionOf({ identity, trusted, handler, inline, validator }: LanguageRow): string {
  const parts = [
    `CREATE ${trusted ? 'TRUSTED ' : ''}LANGUAGE ${identity} HANDLER ${handler}`,
    ...(inline === null ? [] : [`INLINE ${inline}`]),
    ...(validator === null ? [] : [`VALIDATOR ${validator}`]),
  ];
  return parts.join(' ');
}
