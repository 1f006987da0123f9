import { readEntries } from '../../../foundation/ledger/entries.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { PlanStep, StepProbe } from '../../../model/apply-plan.js';

/**
 * What is true of a step whose answer was never heard. `half`: something remains that has to be put right before it is
 * tried again. No backend of the attempt may live any more.
 */
export type ProbeResult =
  | { readonly kind: 'applied' }
  | { readonly kind: 'not-applied' }
  | { readonly kind: 'half'; readonly repair: readonly string[]; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface ProbeOptions {
  readonly session: Session;
  readonly runId: string;
}

const applied: ProbeResult = { kind: 'applied' };
const notApplied: ProbeResult = { kind: 'not-applied' };

/** Asks the ledger, the catalog or the author's query. Driver's errors pass. */
export async function probeStep(step: PlanStep, { session, runId }: ProbeOptions): Promise<ProbeResult> {
  const entries = await readEntries(session, runId);
  if (entries.some(({ kind, stepId }) => kind === 'applied' && stepId === step.id)) return applied;
  return askProbe(step.probe, session);
}

async function askProbe(probe: StepProbe, session: Session): Promise<ProbeResult> {
  switch (probe.kind) {
    case 'ledger':
    case 'repeat':
      return notApplied;
    case 'index built':
      return probeIndex(session, probe.index);
    case 'index dropped':
      return (await readIndex(session, probe.index)) === null ? applied : notApplied;
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

const indexSql = `SELECT i.indisvalid AND i.indisready AS valid FROM pg_catalog.pg_index i
  WHERE i.indexrelid = pg_catalog.to_regclass($1)`;

/** Null: there is none of that name. */
async function readIndex(session: Session, index: string): Promise<{ readonly valid: boolean } | null> {
  const [row] = (await session.query(indexSql, [index])).rows;
  return row === undefined ? null : { valid: row['valid'] === true };
}

async function probeIndex(session: Session, index: string): Promise<ProbeResult> {
  const found = await readIndex(session, index);
  if (found === null) return notApplied;
  if (found.valid) return applied;
  return {
    kind: 'half',
    reason: `The index ${index} is there and invalid: its build was broken off.`,
    repair: [`DROP INDEX CONCURRENTLY ${index}`],
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
    repair: [`ALTER TABLE ${parent} DETACH PARTITION ${partition} FINALIZE`],
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
