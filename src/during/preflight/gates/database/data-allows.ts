import { loadParser } from '../../../../foundation/sql/parse.js';
import type { Session } from '../../../../foundation/postgres/session.js';
import { ChangeSafetyError } from '../../../../model/change-safety-error.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GateContext, GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { countTest, type Gentleness } from './data-allows/count-test.js';
import { prepareTest } from './data-allows/countable-test.js';
import { type DataCondition, findWriter } from './data-allows/data-condition.js';
import { findConditions } from './data-allows/find-conditions.js';
import { queryFor } from './data-allows/repair-query.js';
import { spreadCondition } from './data-allows/spread-condition.js';
import { firstOf } from '../../in-words.js';
import { readShortly } from './reading/read-shortly.js';

/** Setting `budgetMs`: how long counting may take altogether. */
const budgetMs: ByTier = [60_000, 60_000, 120_000, 300_000];
/** Setting `pagesPerPart`: what one query reads, in pages of 8 kB. */
const pagesPerPart: ByTier = [4_096, 8_192, 16_384, 32_768];
/** Setting `atMost`: counting stops at this many violators. */
const atMost: ByTier = [100, 100, 100, 100];

type Check = {
  readonly path: string;
  readonly line: number;
  readonly what: string;
  readonly table: string;
  readonly outcome:
    | 'counted'
    | 'refused'
    | 'not there yet'
    | 'unreadable'
    | 'out of time'
    | 'nothing to count'
    | 'refused by the server'
    | 'uncounted';
  /** Up to the limit; null where it was not counted. */
  readonly violators: number | null;
  readonly sqlState: string | null;
  readonly writtenBefore: string | null;
  /** Shows the rows at fault. */
  readonly query: string | null;
};
type Observation = { readonly readFrom: string; readonly limit: number; readonly checks: readonly Check[] };

const remedy = 'Repair the rows first, in a change of its own.';

function decide({ checks, limit, readFrom }: Observation): GateDecision {
  const bad = checks.filter(
    ({ outcome, violators }) => outcome === 'refused' || outcome === 'refused by the server' || (violators ?? 0) > 0,
  );
  const words = ({ what, table, violators, outcome, path, line }: Check): string => {
    if (outcome === 'refused by the server') return `${what} on ${table} (${path}:${line}): ${insideWords}`;
    const count = outcome === 'refused' ? 'at least 1' : violators === limit ? `${limit} or more` : String(violators);
    return `${what} on ${table} (${path}:${line}): ${count}`;
  };
  const surely = bad.filter(({ writtenBefore }) => writtenBefore === null);
  if (surely.length > 0)
    return block(`Rows would make the change fail: ${firstOf(surely.map(words))}.`, remedyFor(surely));
  const unsure = checks.filter(({ outcome }) => ['unreadable', 'out of time', 'uncounted'].includes(outcome));
  if (unsure.length > 0) {
    const reasons = unsure.map(
      ({ what, table, path, line, outcome, sqlState }) =>
        `${what} on ${table} (${path}:${line}, ${reasonWords[outcome] ?? outcome}${sqlState === null ? '' : ` ${sqlState}`})`,
    );
    return unknown(
      `It is not known whether the rows allow ${firstOf(reasons)}.`,
      'GRANT SELECT on the table, raise policy.gates.data-allows.budgetMs, or name a replica. What cannot be counted has to be looked at by a person, and this gate waived by name.',
    );
  }
  if (bad.length > 0) {
    return warn(
      `Rows would not allow it as they are, and the change writes to the table before (${firstOf(bad.map(({ writtenBefore }) => writtenBefore ?? ''))}): ${firstOf(bad.map(words))}.`,
      `Make sure that it repairs all of them. ${remedyFor(bad)}`,
    );
  }
  const counted = checks.filter(({ outcome }) => outcome === 'counted').length;
  return pass(
    counted === 0
      ? 'The change asks nothing of the rows that are there.'
      : `${counted} conditions hold for all rows, as read from ${readFrom}.`,
  );
}

const reasonWords: Readonly<Record<string, string>> = {
  unreadable: 'the server refused to read it:',
  'out of time': 'it takes longer than its budget',
  uncounted: 'nobody counts that here',
};

const insideWords = 'the values are inside of others, where PostgreSQL refuses to look, whatever they are';

function remedyFor(checks: readonly Check[]): string {
  if (checks.every(({ outcome }) => outcome === 'refused by the server')) {
    return 'Add the constraint NOT VALID, and leave it so; or give those columns another type first.';
  }
  const queries = [...new Set(checks.flatMap(({ query }) => query ?? []))].slice(0, 3);
  return queries.length === 0 ? remedy : `${remedy} They are shown by: ${queries.join('; ')};`;
}

/** The first standby that can be reached, else the primary. */
function chooseReader({ session, replicas }: GateContext): { readonly session: Session; readonly name: string } {
  for (const { name, session: replica } of replicas) {
    if (replica !== null && !replica.closed) return { session: replica, name: `the replica ${name}` };
  }
  return { session, name: 'the primary' };
}

/** A condition has as many checks as there are tables that it is about. */
async function checkCondition(condition: DataCondition, how: Gentleness, major: number): Promise<readonly Check[]> {
  const spread = await inCatalog(how, () => spreadCondition(how.session, condition));
  if ('sqlState' in spread) return [unreadable(condition, spread.sqlState)];
  const checks: Check[] = [];
  for (const one of spread.value) checks.push(await checkTable(one, how, major));
  return checks;
}

/** Names of what is there are resolved, and somebody may have locked that. */
async function inCatalog<Value>(
  { session }: Gentleness,
  read: () => Promise<Value>,
): Promise<{ readonly value: Value } | { readonly sqlState: string | null }> {
  try {
    return { value: await readShortly(session, 'the catalog', read) };
  } catch (error) {
    if (!(error instanceof ChangeSafetyError) || error.sqlState === null) throw error;
    return { sqlState: error.sqlState };
  }
}

function placeOf(condition: DataCondition): Pick<Check, 'path' | 'line' | 'what' | 'table' | 'writtenBefore'> {
  const { path, line, what, table } = condition;
  return { path, line, what, table: table.name, writtenBefore: findWriter(condition) };
}

function unreadable(condition: DataCondition, sqlState: string | null): Check {
  return { ...placeOf(condition), outcome: 'unreadable', violators: null, sqlState, query: null };
}

async function checkTable(condition: DataCondition, how: Gentleness, major: number): Promise<Check> {
  const place = placeOf(condition);
  const prepared = await inCatalog(how, () => prepareTest(how.session, condition.table, condition.test));
  if ('sqlState' in prepared) return unreadable(condition, prepared.sqlState);
  const test = prepared.value;
  if (typeof test === 'string') return { ...place, outcome: test, violators: null, sqlState: null, query: null };
  const counted = await countTest(test, how);
  return {
    ...place,
    outcome: counted.kind,
    violators: counted.kind === 'counted' ? counted.violators : null,
    sqlState: 'sqlState' in counted ? counted.sqlState : null,
    query: queryFor(test, major, 'foundIn' in counted ? counted.foundIn : null),
  };
}

async function inspect(context: GateContext, policy: GatePolicy): Promise<Observation> {
  await loadParser();
  const { session, name } = chooseReader(context);
  const limit = limitOf(policy, 'atMost', atMost);
  const [version] = (
    await session.query(`SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 AS number`)
  ).rows;
  const major = Math.floor(Number(version?.['number']) / 10_000);
  const how: Gentleness = {
    session,
    clock: context.clock,
    signal: context.signal,
    deadline: context.clock.now() + limitOf(policy, 'budgetMs', budgetMs),
    pagesPerPart: limitOf(policy, 'pagesPerPart', pagesPerPart),
    atMost: limit,
  };
  const checks: Check[] = [];
  for (const condition of findConditions(context.change.migrations))
    checks.push(...(await checkCondition(condition, how, major)));
  return { readFrom: name, limit, checks };
}

export default defineGate<Observation>({
  id: 'data-allows',
  title: 'The rows allow what the change demands of them',
  why: 'A rehearsal has other rows. One NULL, duplicate, orphan or too long value in production makes a change fail half-way.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html'],
  blindSpot:
    'It reads the tables, with ACCESS SHARE for a few seconds at a time, and gives up after 200 ms behind a lock. It does not see one instant, nor rows written later. It goes by the text: bodies and dynamic SQL are not looked into, nor the keys and constraints that a table takes over when it is attached. Rows that exclude each other are compared pair by pair, which takes long where no column has to be equal. On a replica it sees what was replayed.',
  settings: [
    { name: 'budgetMs', meaning: 'How long counting may take altogether, in milliseconds', byTier: budgetMs },
    { name: 'pagesPerPart', meaning: 'What one query reads, in pages of 8 kB', byTier: pagesPerPart },
    { name: 'atMost', meaning: 'Counting stops at this many violators', byTier: atMost },
  ],
  inspect,
  decide,
});
