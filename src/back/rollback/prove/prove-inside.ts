import type { Migration, Script } from '../../../model/migration.js';
import type { RollbackProof } from '../../../model/rollback-proof.js';
import { endedProof, judgeTrial, type ScriptedWay, type SeenChange, type Trial } from './judge-trial.js';
import type { ProofDatabase } from './proof-database.js';
import { type ProofOptions, type ProvenMigration, type TimeBudget, upFailed } from './proof-run.js';
import { readState } from './read-state.js';
import { rereadPositions } from './reread-positions.js';
import { type PartRun, runPart, withoutOwnBlock } from './run-part.js';
import { chooseWay } from './way-back.js';

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
  await session.query('BEGIN');
  const inside = { insideTransaction: true, signal: options.signal };
  const { result: run, late } = await database.limit(budget.leftMs, () => runPart(session, up, inside));
  if (!run.ok) {
    await session.query('ROLLBACK');
    // In a transaction of its own it would fail just so; with commits in between, perhaps not.
    if (!late && migration.transaction.mode === 'single' && up === migration)
      return upFailed(migration, options.ways, run);
    return null;
  }
  const after = await readState(session);
  const seen: SeenChange = { migration, before, after, upMs: run.ms };
  const proofs = await proveWays({ database, seen, up, budget, options });
  if (proofs === null) {
    await session.query('ROLLBACK');
    return null;
  }
  await session.query('COMMIT');
  return { proofs, applied: true, after: await rereadPositions(session, after), missingExtension: null };
}

interface Inside {
  readonly database: ProofDatabase;
  readonly seen: SeenChange;
  readonly up: Script;
  readonly budget: TimeBudget;
  readonly options: ProofOptions;
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
  const { result: trial, late } = await database.limit(budget.leftMs, () => tryWay(inside, down));
  if (session.closed) return null;
  await session.query('ROLLBACK TO SAVEPOINT lockkeeper_proof; RELEASE SAVEPOINT lockkeeper_proof');
  if (late)
    return endedProof(seen.migration, way.origin, { verdict: 'failed', reason: budget.exceeded, upMs: seen.upMs });
  const isCertain = trial.down.ok && (trial.again === null || trial.again.ok);
  return isCertain ? judgeTrial(seen, way, trial) : null;
}

async function tryWay({ database: { session }, seen, up, options }: Inside, down: Script): Promise<Trial> {
  const inside = { insideTransaction: true, signal: options.signal };
  const nothing: Omit<Trial, 'down'> = { afterDown: null, again: null, afterAgain: null, fault: null };
  const back = await runPart(session, down, inside);
  if (!back.ok) return { ...nothing, down: back };
  const afterDown = await readState(session, seen.before.data);
  const again: PartRun = await runPart(session, up, inside);
  if (!again.ok) return { ...nothing, down: back, afterDown, again };
  return { ...nothing, down: back, afterDown, again, afterAgain: await readState(session, seen.after.data) };
}
