import type { AlterTableCmd, AlterTableType } from '@pgsql/types';
import { blockedTraffic } from '../../../../../model/locks.js';
import { constraintOf } from '../../../alter-commands.js';
import type { EarlierStatement } from '../../../earlier-statements.js';
import { blockedTables } from '../../../locks/blocked-relations.js';
import { observedBlocks } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';
import { type AlteredTable, alteredTable } from '../altered-table.js';
import { alterSource } from '../safe-sql/alter-source.js';

/** Sub-commands that mean the same together as one after the other. */
const combinable: ReadonlySet<AlterTableType | undefined> = new Set<AlterTableType>([
  'AT_AddColumn',
  'AT_DropColumn',
  'AT_AddConstraint',
  'AT_AlterColumnType',
  'AT_SetNotNull',
  'AT_DropNotNull',
]);

export default defineRule({
  id: 'several-alter-tables',
  title: 'Two ALTER TABLEs one after the other lock the same table twice',
  why: 'Each queues for the lock, and each reads or copies the table again; one statement with both sub-commands does it once.',
  instead: 'Put the sub-commands into one ALTER TABLE, with commas between them.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, note text);',
    unsafe: `ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;`,
    safe: 'ALTER TABLE orders ALTER COLUMN total SET NOT NULL, ALTER COLUMN note SET NOT NULL;',
  },
  predict: (statement, context) => {
    const second = combinableTable({ statement, context });
    const first = context.previous === null ? null : combinableTable(context.previous);
    if (second === null || first?.table.name !== second.table.name || context.previous === null) return [];
    // ONLY leaves partitions and children out.
    if (first.relation.inh !== second.relation.inh) return [];
    const { previous: before } = context.previous.context;
    if (before !== null && combinableTable(before)?.table.name === second.table.name) return [];
    const sources = [
      alterSource(context.previous.statement, first.alter),
      alterSource(statement, second.alter),
    ].flatMap((source) => source ?? []);
    const [head] = sources;
    const works = [context.previous.statement, statement].every(
      ({ effects }) => effects.scans.length > 0 || effects.rewrites.length > 0,
    );
    return [
      {
        message: `${second.table.name} is locked by the statement before, too: one ALTER TABLE can do both${works ? ' and read the table once' : ''}.`,
        relation: second.table.name,
        ...(works ? {} : { severity: 'info' as const }),
        ...(head === undefined || sources.length < 2
          ? {}
          : { instead: `${head.head} ${sources.flatMap(({ clauses }) => clauses).join(', ')};` }),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some((statement, index) => {
      const previous = trace.statements[index - 1];
      const [now] = observedBlocks(statement);
      return previous !== undefined && now !== undefined && observedBlocks(previous)[0]?.relation === now.relation;
    }),
});

/** Null for what has to stand alone, or asks for a weaker lock than the rest. */
function combinableTable({ statement, context }: EarlierStatement): AlteredTable | null {
  const altered = statement.inside === null ? alteredTable(statement, context) : null;
  if (altered === null || !altered.commands.every(canJoin)) return null;
  const [blocked] = blockedTables(statement, context);
  return blocked !== undefined && blockedTraffic(blocked.mode) === 'reads and writes' ? altered : null;
}

/** What is NOT VALID is validated later and apart. */
function canJoin(command: AlterTableCmd): boolean {
  return combinable.has(command.subtype) && constraintOf(command)?.skip_validation !== true;
}
