import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type AlteredTable, alteredTable, rewritesExisting } from '../altered-table.js';
import { rewrites } from '../constraints/observed.js';
import { alterSource, withClauses } from '../safe-sql/alter-source.js';
import { inSteps } from '../safe-sql/steps.js';
import { changesZone, type TypedColumn, typedColumns, wordsOfType, zoneOf } from './typed-columns.js';

export default defineRule({
  id: 'timestamp-conversion-rewrites',
  title: 'timestamp and timestamptz convert without work only where the session is in UTC',
  why: 'In any other TimeZone every row is shifted, so the whole table is written anew under an ACCESS EXCLUSIVE lock; and what the shift is, depends on the session that runs the migration.',
  instead: 'Where the values are in UTC, SET TimeZone to UTC before the change: then nothing is written.',
  sources: ['https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-TIMEZONES'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AlterColumnType'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamp);',
    unsafe: `SET TimeZone = 'America/New_York';
ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz;`,
    safe: `SET TimeZone = 'UTC';
ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz;`,
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    const rewritten = altered === null ? null : rewritesExisting(statement, context);
    if (altered === null || rewritten === null) return [];
    return typedColumns(altered)
      .filter((typed) => changesZone(typed, context) && !staysAsItIs(typed, context))
      .map((typed) => ({
        message: `${quoteIdentifier(typed.name)} is converted by the session's TimeZone: unless that is UTC, all of ${altered.table.name} is written anew while nobody reads or writes it.`,
        relation: altered.table.name,
        certainty: context.graph === null ? ('possible' as const) : rewritten,
        instead: instead(statement, { altered, typed }),
      }));
  },
  observe: rewrites,
});

const universal = /^(etc\/)?(utc|uct|gmt|zulu|universal|greenwich|gmt[+-]?0)$|^[+-]?0+(:00)?$/i;

/** AT TIME ZONE is a computation, whatever the zone. */
function staysAsItIs({ definition }: TypedColumn, { settings }: RuleContext): boolean {
  const computed = definition.raw_default !== undefined && zoneOf(definition.raw_default) !== null;
  return !computed && universal.test(settings.get('timezone') ?? '');
}

/** The same instants without a computation, if the zone that is named is UTC. */
function instead(
  statement: JudgedStatement,
  { altered, typed }: { readonly altered: AlteredTable; readonly typed: TypedColumn },
): string | undefined {
  const source = alterSource(statement, altered.alter);
  if (source === null) return undefined;
  const { raw_default: using } = typed.definition;
  const zone = using === undefined ? null : zoneOf(using);
  if (zone !== null && !universal.test(zone)) return undefined;
  const { type } = wordsOfType(source, typed);
  const clause = zone === null ? undefined : `ALTER COLUMN ${quoteIdentifier(typed.name)} TYPE ${type}`;
  return inSteps(
    zone === null ? '-- If the stored values are in UTC:' : null,
    "SET TimeZone = 'UTC';",
    withClauses(source, clause === undefined ? new Map() : new Map([[typed.index, clause]])),
  );
}
