import type { AlterDomainStmt } from '@pgsql/types';
import { nameParts, splitName } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import { madeUpName } from '../safe-sql/names.js';
import { scansUnder } from './observed.js';

export default defineRule({
  id: 'domain-constraint-scans',
  title: "A domain's new constraint is checked in every table that uses the domain",
  why: 'All tables with a column of the domain are read whole, one after the other, while SHARE locks stop writes to them. ALTER DOMAIN … VALIDATE CONSTRAINT does the same.',
  instead:
    'Add the constraint NOT VALID: new values are checked at once. Look for old values that break it with queries, and leave it so, or VALIDATE it when writes may wait.',
  sources: ['https://www.postgresql.org/docs/current/sql-alterdomain.html'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterDomainStmt'],
  example: {
    setup: 'CREATE DOMAIN email AS text; CREATE TABLE users (id bigint PRIMARY KEY, address email);',
    unsafe: "ALTER DOMAIN email ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%');",
    safe: "ALTER DOMAIN email ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%') NOT VALID;",
  },
  predict: (statement, context) => {
    const { node, effects } = statement;
    if (!('AlterDomainStmt' in node)) return [];
    const domain = node.AlterDomainStmt;
    const tables = effects.locks.filter(({ mode, relation }) => mode === 'ShareLock' && context.existing(relation));
    if (tables.length === 0 && (context.graph !== null || effects.unanalysed.length === 0)) return [];
    const [first] = tables;
    const which =
      tables.length === 0 ? 'every table that uses the domain' : tables.map(({ relation }) => relation).join(', ');
    return [
      {
        message: `Writes to ${which} wait while all rows are checked.`,
        ...(tables.length === 1 && first !== undefined ? { relation: first.relation } : {}),
        certainty: tables.length === 0 ? 'possible' : 'certain',
        instead: notValid(statement, domain),
      },
    ];
  },
  observe: scansUnder('ShareLock'),
});

/** NOT NULL of a domain cannot be NOT VALID, a CHECK for the same can. */
function notValid(
  { statement, inside }: JudgedStatement,
  { subtype, typeName, def }: AlterDomainStmt,
): string | undefined {
  if (subtype === 'V' || inside !== null) return undefined;
  const contype = def !== undefined && 'Constraint' in def ? def.Constraint.contype : undefined;
  if (subtype === 'C' && contype === 'CONSTR_CHECK') return `${statement.sql} NOT VALID;`;
  const parts = (typeName ?? []).flatMap(nameParts);
  const name = quoteIdentifier(madeUpName(splitName(parts).name, [], 'not_null'));
  return `ALTER DOMAIN ${parts.map(quoteIdentifier).join('.')} ADD CONSTRAINT ${name} CHECK (VALUE IS NOT NULL) NOT VALID;`;
}
