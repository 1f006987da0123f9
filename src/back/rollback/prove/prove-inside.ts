import { readLocked } from '../../../foundation/integrity/locked-relations.js';
import type { Migration, Script } from '../../../model/migration.js';
import type { RollbackProof } from '../../../model/rollback-proof.js';
import { endedProof, judgeTrial, type ScriptedWay, type SeenChange, type Trial } from './judge-trial.js';
import type { ProofDatabase } from './proof-database.js';
import { type ProofOptions, type ProvenMigration, type TimeBudget, upFailed } from './proof-run.js';
import { readState } from './read-state.js';
import { settle } from './settle.js';
import { type PartRun, runPart, withoutOwnBlock } from './run-part.js';
import { chooseWay, type KeepScripts } from './way-back.js';
import { concerned, faultsIn, sampleTouched, tryWrites } from './writes/try-writes.js';

/**
 * Proves in one transaction: up, then each way back and up again behind a savepoint, then COMMIT of the first up, so that
 * nothing runs twice for the proof's sake. Null where that cannot tell: what is refused in a transaction, or fails there,
 * is to be tried apart; nothing has happened then.
 */
export async function proveInside(
  database: ProofDatabase,
  migration: Migration,
  { budget, ...options }: ProofOptions & { readonly budget: TimeBudget },
): Promise<ProvenMigration | null> {
  const up = withoutOwnBlock(migration);
  const needsCommits = options.ways.some(
    (way) => way.origin === 'written' && way.script !== null && withoutOwnBlock(way.script) === null,
  );
  if (up === null || needsCommits || options.checkApplication !== null) return null;
  const { session } = database;
  const before = options.before ?? (await readState(session));
  await session.query('BEGIN; SAVEPOINT lockkeeper_before');
  const inside = { insideTransaction: true, signal: options.signal };
  const { result: run, late } = await database.limit(budget.leftMs, () => runPart(session, up, inside));
  if (!run.ok) {
    await session.query('ROLLBACK');
    // In a transaction of its own it would fail just so; with commits in between, perhaps not.
    if (!late && migration.transaction.mode === 'single' && up === migration)
      return upFailed(migration, options.ways, run);
    return null;
  }
  const after = await readState(session, { earlier: before, sinceBegin: true });
  const faults = options.integrity === true ? await faultsIn(session, after, concerned({ before, after })) : null;
  const seen: SeenChange = { migration, before, after, upMs: run.ms, faults };
  const ways = { database, seen, up, budget, options, repeated: false };
  const proofs = await proveWays(ways);
  if (proofs === null) {
    if (!session.closed) await session.query('ROLLBACK');
    return null;
  }
  const last = ways.repeated ? await readState(session, { earlier: before, sinceBegin: true }) : after;
  const locked = await readLocked(session);
  await session.query('COMMIT');
  const left = await settle(session, last, locked?.sequences ?? null);
  return { proofs, applied: true, after: left, missingExtension: null };
}

interface Inside {
  readonly database: ProofDatabase;
  readonly seen: SeenChange;
  readonly up: Script;
  readonly budget: TimeBudget;
  readonly options: ProofOptions;
  /** Whether the up ran once more, and may have left other numbers and times than were seen. */
  repeated: boolean;
}

async function proveWays(inside: Inside): Promise<readonly RollbackProof[] | null> {
  const { seen, options } = inside;
  const { migration, before, after, upMs } = seen;
  const proofs: RollbackProof[] = [];
  for (const way of options.ways) {
    const chosen = chooseWay(way, { migration, before, after });
    if (chosen.kind === 'none') {
      proofs.push(endedProof(migration, chosen.origin, { ...chosen, upMs }));
      continue;
    }
    const proof = await proveWay(inside, chosen);
    if (proof === null) return null;
    proofs.push(proof);
  }
  return proofs;
}

async function proveWay(inside: Inside, way: ScriptedWay): Promise<RollbackProof | null> {
  const down = withoutOwnBlock(way.script);
  if (down === null) return null;
  const { database, seen, budget } = inside;
  const { session } = database;
  await session.query('SAVEPOINT lockkeeper_proof');
  const { result: trial, late } = await database.limit(budget.leftMs, () =>
    way.keep === null ? tryWay(inside, down, null) : tryKept(inside, down, way.keep),
  );
  if (session.closed) return null;
  if (way.keep === null) {
    await session.query('ROLLBACK TO SAVEPOINT lockkeeper_proof; RELEASE SAVEPOINT lockkeeper_proof');
  } else if (!(await repeatUp(inside))) return null;
  if (late)
    return endedProof(seen.migration, way.origin, { verdict: 'failed', reason: budget.exceeded, upMs: seen.upMs });
  const isCertain = trial.down.ok && (trial.again === null || trial.again.ok);
  return isCertain ? judgeTrial(seen, way, trial) : null;
}

/** From where the change began: with the copies made before it, in the order of a real run. */
async function tryKept(inside: Inside, down: Script, { preserve, afterUp }: KeepScripts): Promise<Trial> {
  const { session } = inside.database;
  await session.query('ROLLBACK TO SAVEPOINT lockkeeper_before');
  for (const script of [preserve, inside.up, afterUp]) {
    const run = await runPart(session, script, { insideTransaction: true, signal: inside.options.signal });
    if (!run.ok) return { ...nothing, down: run };
  }
  return tryWay(inside, down, { preserve, afterUp });
}

/** Applies the change again where it began. False when it does not go a second time. */
async function repeatUp(inside: Inside): Promise<boolean> {
  const { database, budget, up, options } = inside;
  const { session } = database;
  await session.query('ROLLBACK TO SAVEPOINT lockkeeper_before');
  inside.repeated = true;
  const { result } = await database.limit(budget.leftMs, () =>
    runPart(session, up, { insideTransaction: true, signal: options.signal }),
  );
  return result.ok && !session.closed;
}

const nothing: Omit<Trial, 'down'> = { afterDown: null, again: null, afterAgain: null, fault: null };

async function tryWay(
  place: Inside,
  down: Script,
  keep: Pick<KeepScripts, 'preserve' | 'afterUp'> | null,
): Promise<Trial> {
  const { database, seen, up, options } = place;
  const { session } = database;
  const inside = { insideTransaction: true, signal: options.signal };
  const back = await runPart(session, down, inside);
  if (!back.ok) return { ...nothing, down: back };
  const afterDown = await readState(session, { earlier: seen.before, sinceBegin: true, comparedWith: seen.before });
  const faults = options.integrity === true ? await faultsIn(session, afterDown, concerned(seen)) : null;
  const sampled = options.writes === true ? await sampleTouched(session, seen) : [];
  const isKept = sampled.length > 0 && keep !== null;
  if (isKept && !(await runPart(session, keep.preserve, inside)).ok) return { ...nothing, down: back, afterDown };
  const again: PartRun = await runPart(session, up, inside);
  const known = { ...nothing, down: back, afterDown, faults, again };
  if (!again.ok) return known;
  const afterAgain = await readState(session, { earlier: seen.before, sinceBegin: true, comparedWith: seen.after });
  if (sampled.length === 0 || (isKept && !(await runPart(session, keep.afterUp, inside)).ok))
    return { ...known, afterAgain };
  const goBack = () => runPart(session, down, inside);
  return { ...known, afterAgain, writes: await tryWrites(session, sampled, { sides: seen, goBack }) };
}
