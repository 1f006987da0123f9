import { constraintOf } from '../../../alter-commands.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type AlteredTable, alteredTable } from '../altered-table.js';
import { alterSource, withClauses } from '../safe-sql/alter-source.js';
import { inSteps, notNullSteps } from '../safe-sql/steps.js';
import { needsScanForNulls } from './nullable-columns.js';
import { scansUnder } from './observed.js';

export default defineRule({
  id: 'primary-key-on-nullable-columns',
  title: 'A primary key over nullable columns reads the whole table first',
  why: 'The key makes its columns NOT NULL: although the index is ready, every row is read for nulls under an ACCESS EXCLUSIVE lock.',
  instead: 'Make the columns NOT NULL through a validated constraint before the key is added.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
  ],
  concern: 'availability',
  severity: 'error',
  needsSchema: true,
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddConstraint'],
  example: {
    setup: `CREATE TABLE visits (id bigint, seen_at timestamptz);
CREATE UNIQUE INDEX visits_pkey ON visits (id);`,
    unsafe: 'ALTER TABLE visits ADD CONSTRAINT visits_pkey PRIMARY KEY USING INDEX visits_pkey;',
    safe: `ALTER TABLE visits ADD CONSTRAINT visits_id_not_null CHECK (id IS NOT NULL) NOT VALID;
ALTER TABLE visits VALIDATE CONSTRAINT visits_id_not_null;
ALTER TABLE visits ALTER COLUMN id SET NOT NULL;
ALTER TABLE visits ADD CONSTRAINT visits_pkey PRIMARY KEY USING INDEX visits_pkey;`,
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null) return [];
    const columns = keyColumns(altered, context).filter((column) => needsScanForNulls(column, altered, context));
    if (columns.length === 0) return [];
    const source = alterSource(statement, altered.alter);
    return [
      {
        message: `Nobody reads or writes ${altered.table.name} while all of it is read for nulls in ${columns.join(', ')}.`,
        relation: altered.table.name,
        instead:
          source === null
            ? undefined
            : inSteps(
                ...columns.flatMap((column) => notNullSteps({ relation: altered.relation, column }, context.major)),
                withClauses(source, new Map()),
              ),
      },
    ];
  },
  observe: scansUnder('AccessExclusiveLock'),
});

/** Columns of the index that becomes the primary key. */
function keyColumns({ commands, table }: AlteredTable, { graph }: RuleContext): readonly string[] {
  const names = commands.flatMap((command) => {
    const constraint = constraintOf(command);
    return constraint?.contype === 'CONSTR_PRIMARY' ? (constraint.indexname ?? []) : [];
  });
  const indexes = graph === null || table.facts === null ? [] : graph.indexes(table.facts.oid);
  return indexes
    .filter(({ relname }) => names.includes(relname))
    .flatMap(({ index }) => (index?.keys ?? []).flatMap((key) => key ?? []));
}
