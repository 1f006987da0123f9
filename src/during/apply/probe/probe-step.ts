import { readEntries } from '../../../foundation/ledger/entries.js';
import type { Session } from '../../../foundation/postgres/session.js';
import { type EarlierIndexes, findCopies, findNamedIndex, type FoundIndex, toEarlierIndexes } from './index-remains.js';
import type { PlanStep, StepProbe } from '../../../model/apply-plan.js';

/**
 * What is true of a step whose answer was never heard. `half`: something remains that has to be put right before it is
 * tried again. No backend of the attempt may live any more.
 */
export type ProbeResult =
  /** The ledger has it. */
  | { readonly kind: 'written' }
  /** It took effect, and nobody has written that down. */
  | { readonly kind: 'applied' }
  | { readonly kind: 'not-applied' }
  | {
      readonly kind: 'half';
      readonly repair: readonly Repair[];
      readonly reason: string;
      readonly after: 'applied' | 'not-applied';
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Statements that lead to the same, the gentlest first; and how long each may queue, in milliseconds. */
export type Repair = readonly { readonly sql: string; readonly lockTimeoutMs: number }[];

export interface ProbeOptions {
  readonly session: Session;
  readonly runId: string;
}

const applied: ProbeResult = { kind: 'applied' };
const notApplied: ProbeResult = { kind: 'not-applied' };

/** Asks the ledger, the catalog or the author's query. Driver's errors pass. */
export async function probeStep(step: PlanStep, { session, runId }: ProbeOptions): Promise<ProbeResult> {
  const entries = (await readEntries(session, runId)).filter(({ stepId }) => stepId === step.id);
  if (entries.some(({ kind }) => kind === 'applied')) return { kind: 'written' };
  const earlier = toEarlierIndexes(entries.find(({ kind }) => kind === 'intent')?.body);
  return askProbe(step.probe, { session, earlier });
}

async function askProbe(
  probe: StepProbe,
  { session, earlier }: { readonly session: Session; readonly earlier: EarlierIndexes },
): Promise<ProbeResult> {
  switch (probe.kind) {
    case 'ledger':
    case 'repeat':
      return notApplied;
    case 'indexes rebuilt':
      return probeCopies(await findCopies(session), earlier);
    case 'index built':
      return probeIndex(await findNamedIndex(session, probe), earlier);
    case 'index dropped':
      return probeDropped(session, probe.index);
    case 'partition detached':
      return probeDetached(session, probe);
    case 'object':
      return (await objectExists(session, probe)) === probe.present ? applied : notApplied;
    case 'query':
      return (await isTrue(session, probe.sql)) ? applied : notApplied;
    case 'none':
      return { kind: 'unknown', reason: probe.reason };
    default:
      return probe satisfies never;
  }
}

/** The concurrent form waits for old snapshots, one of which may wait for this very run: the other does not. */
function dropIndex(name: string): Repair {
  return [
    { sql: `DROP INDEX CONCURRENTLY IF EXISTS ${name}`, lockTimeoutMs: 5_000 },
    { sql: `DROP INDEX IF EXISTS ${name}`, lockTimeoutMs: 100 },
  ];
}

function probeIndex(found: FoundIndex | null, { oids }: EarlierIndexes): ProbeResult {
  if (found === null || oids.includes(found.oid)) return notApplied;
  if (found.valid) return applied;
  return {
    kind: 'half',
    reason: `The index ${found.name} is there and invalid: its build was broken off.`,
    repair: [dropIndex(found.name)],
    after: 'not-applied',
  };
}

function probeCopies(found: readonly FoundIndex[], { oids }: EarlierIndexes): ProbeResult {
  const left = found.filter(({ oid, busy }) => !busy && !oids.includes(oid));
  if (left.length === 0) return notApplied;
  return {
    kind: 'half',
    reason: `A rebuild was broken off and left ${left.map(({ name }) => name).join(', ')}.`,
    repair: left.map(({ name }) => dropIndex(name)),
    after: 'not-applied',
  };
}

const validSql = `SELECT i.indisvalid AS valid FROM pg_catalog.pg_index i WHERE i.indexrelid = pg_catalog.to_regclass($1)`;

/** An index that is half dropped is used by nobody any more, so the way is forward. */
async function probeDropped(session: Session, index: string): Promise<ProbeResult> {
  const [row] = (await session.query(validSql, [index])).rows;
  if (row === undefined) return applied;
  if (row['valid'] === true) return notApplied;
  return {
    kind: 'half',
    reason: `The index ${index} is there and invalid: its drop was broken off.`,
    repair: [dropIndex(index)],
    after: 'applied',
  };
}

const detachedSql = `SELECT i.inhdetachpending AS pending FROM pg_catalog.pg_inherits i
  WHERE i.inhparent = pg_catalog.to_regclass($1) AND i.inhrelid = pg_catalog.to_regclass($2)`;

async function probeDetached(
  session: Session,
  { parent, partition }: { readonly parent: string; readonly partition: string },
): Promise<ProbeResult> {
  const [row] = (await session.query(detachedSql, [parent, partition])).rows;
  if (row === undefined) return applied;
  if (row['pending'] !== true) return notApplied;
  return {
    kind: 'half',
    reason: `The partition ${partition} is being detached: its first transaction was committed.`,
    repair: [[{ sql: `ALTER TABLE ${parent} DETACH PARTITION ${partition} FINALIZE`, lockTimeoutMs: 500 }]],
    after: 'applied',
  };
}

/** Names are unique in each of them. */
const objectSql: Readonly<Record<string, string>> = {
  pg_database: 'SELECT FROM pg_catalog.pg_database WHERE datname = $1',
  pg_tablespace: 'SELECT FROM pg_catalog.pg_tablespace WHERE spcname = $1',
  pg_subscription: 'SELECT subname FROM pg_catalog.pg_subscription WHERE subname = $1',
};

async function objectExists(
  session: Session,
  { catalog, name }: { readonly catalog: string; readonly name: string },
): Promise<boolean> {
  return (await session.query(objectSql[catalog] ?? '', [name])).rows.length > 0;
}

async function isTrue(session: Session, sql: string): Promise<boolean> {
  const [row] = (await session.query(sql)).rows;
  return row !== undefined && Object.values(row)[0] === true;
}
