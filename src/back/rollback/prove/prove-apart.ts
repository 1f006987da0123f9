import type { Migration } from '../../../model/migration.js';
import type { RollbackProof } from '../../../model/rollback-proof.js';
import { endedProof, judgeTrial, type ScriptedWay, type SeenChange, type Trial } from './judge-trial.js';
import type { ProofDatabase } from './proof-database.js';
import { type ProofOptions, type ProvenMigration, type TimeBudget, upFailed } from './proof-run.js';
import { mayWrite } from '../keep/written-tables.js';
import { findStuckPart } from './prove-partial.js';
import { type DatabaseState, readState } from './read-state.js';
import { runPart } from './run-part.js';
import { chooseWay, putsBackKept } from './way-back.js';
import { concerned, faultsIn, sampleTouched, tryWrites } from './writes/try-writes.js';

type ApartOptions = ProofOptions & { readonly budget: TimeBudget };

/**
 * Proves with real commits: up where the chain goes on, then each way back and up again in a copy of what that left. On
 * a server where nothing can be copied, all of it happens in the one database.
 */
export async function proveApart(
  database: ProofDatabase,
  migration: Migration,
  options: ApartOptions,
): Promise<ProvenMigration> {
  const { ways, budget, checkApplication } = options;
  const before = options.before ?? (await readState(database.session));
  const earlier = await copyForParts(database, migration, options);
  const pristine = await copyForKeeping(database, { before, migration, options });
  try {
    const apart = { insideTransaction: false, signal: options.signal };
    const up = await database.limit(budget.leftMs, () => runPart(database.session, migration, apart));
    if (!up.result.ok) {
      return upFailed(migration, ways, up.late ? { ...up.result, reason: budget.exceeded } : up.result);
    }
    const fault = (await checkApplication?.(database, 'after up', migration)) ?? null;
    await database.reconnect();
    const after = await readState(database.session, { earlier: before });
    const faults =
      options.integrity === true ? await faultsIn(database.session, after, concerned({ before, after })) : null;
    const seen: SeenChange = { migration, before, after, upMs: up.result.ms, faults };
    const proofs: RollbackProof[] = [];
    for (const way of ways) {
      const chosen = chooseWay(way, { migration, before, after });
      if (chosen.kind === 'none') proofs.push(endedProof(migration, chosen.origin, { ...chosen, upMs: up.result.ms }));
      else if (fault !== null) {
        proofs.push(endedProof(migration, chosen.origin, { verdict: 'failed', reason: fault, upMs: up.result.ms }));
      } else proofs.push(await proveWay({ database, pristine, seen, options }, chosen));
    }
    const proved =
      earlier === null ? proofs : await proveParts(earlier, { before, pristine, migration, options }, proofs);
    // In one database, what a rollback left behind stays.
    const isWhole =
      database.canCopy || proofs.every(({ verdict }) => verdict !== 'not-restored' && verdict !== 'failed');
    return { proofs: proved, applied: isWhole, after: database.canCopy ? after : null, missingExtension: null };
  } finally {
    await earlier?.[Symbol.asyncDispose]();
    await pristine?.[Symbol.asyncDispose]();
  }
}

interface Apart {
  readonly database: ProofDatabase;
  /** A copy from before the change; null where nothing can be kept, or copied. */
  readonly pristine: ProofDatabase | null;
  readonly seen: SeenChange;
  readonly options: ApartOptions;
}

async function proveWay({ database, pristine, seen, options }: Apart, way: ScriptedWay): Promise<RollbackProof> {
  const { budget } = options;
  if (way.keep !== null && pristine === null) {
    const reason = 'what is kept before the change can be tried only where the database can be copied';
    return endedProof(seen.migration, way.origin, { verdict: 'failed', reason, upMs: seen.upMs });
  }
  const copy = way.keep === null ? await database.copy() : ((await pristine?.copy()) ?? null);
  const place = copy ?? database;
  try {
    const { result: trial, late } = await place.limit(budget.leftMs, () =>
      tryWay({ database: place, pristine, seen, options }, way),
    );
    if (!late) return judgeTrial(seen, way, trial);
    return endedProof(seen.migration, way.origin, { verdict: 'failed', reason: budget.exceeded, upMs: seen.upMs });
  } finally {
    await copy?.[Symbol.asyncDispose]();
  }
}

async function tryWay({ database, seen, options }: Apart, { script, keep }: ScriptedWay): Promise<Trial> {
  const { migration, before, after } = seen;
  const { signal, checkApplication } = options;
  const apart = { insideTransaction: false, signal };
  const trial: Omit<Trial, 'down'> = { afterDown: null, again: null, afterAgain: null, fault: null };
  for (const part of keep === null ? [] : [keep.preserve, migration, keep.afterUp]) {
    const run = await runPart(database.session, part, apart);
    if (!run.ok) return { ...trial, down: run };
    await database.reconnect();
  }
  const down = await runPart(database.session, script, apart);
  if (!down.ok) return { ...trial, down };
  await database.reconnect();
  const afterDown = await readState(database.session, { earlier: before, comparedWith: before });
  const faultBack = (await checkApplication?.(database, 'after down', migration)) ?? null;
  if (faultBack !== null) return { ...trial, down, afterDown, fault: faultBack };
  const faults = options.integrity === true ? await faultsIn(database.session, afterDown, concerned(seen)) : null;
  // What is written in between would stay in the one database that there is.
  const sampled = options.writes === true && database.canCopy ? await sampleTouched(database.session, seen) : [];
  const isKept = sampled.length > 0 && keep !== null;
  if (isKept && !(await runPart(database.session, keep.preserve, apart)).ok) return { ...trial, down, afterDown };
  const again = await runPart(database.session, migration, apart);
  const known = { ...trial, down, afterDown, faults, again };
  if (!again.ok) return known;
  await database.reconnect();
  const afterAgain: DatabaseState = await readState(database.session, { earlier: after, comparedWith: after });
  const fault = (await checkApplication?.(database, 'after up again', migration)) ?? null;
  if (sampled.length === 0 || (isKept && !(await runPart(database.session, keep.afterUp, apart)).ok)) {
    return { ...known, afterAgain, fault };
  }
  const goBack = () => runPart(database.session, script, apart);
  const writes = await tryWrites(database.session, sampled, { sides: seen, goBack });
  return { ...known, afterAgain, fault, writes };
}

/** For a rollback that may need what is kept before the change. */
async function copyForKeeping(
  database: ProofDatabase,
  { before, migration, options }: Omit<Parts, 'pristine'>,
): Promise<ProofDatabase | null> {
  const isLossy = migration.statements.some(({ sql }) => /\b(?:drop|type)\b/i.test(sql));
  const mayDestroy = isLossy || before.data.some(({ rows }) => rows > 0) || mayWrite(migration);
  return mayDestroy && options.ways.some((way) => way.origin === 'generated' || putsBackKept(way.script))
    ? database.copy()
    : null;
}

/** Where the migration can stop half-way, and a rollback can be written for that: the database as it is before it. */
async function copyForParts(
  database: ProofDatabase,
  { transaction, statements }: Migration,
  { ways }: ApartOptions,
): Promise<ProofDatabase | null> {
  const canStop = transaction.mode === 'none' && statements.length > 1;
  return canStop && ways.some(({ origin }) => origin === 'generated') ? database.copy() : null;
}

interface Parts {
  readonly before: DatabaseState;
  readonly pristine: ProofDatabase | null;
  readonly migration: Migration;
  readonly options: ApartOptions;
}

/** A generated way that leads back from the end must lead back from every stop before it too. */
async function proveParts(
  earlier: ProofDatabase,
  parts: Parts,
  proofs: readonly RollbackProof[],
): Promise<readonly RollbackProof[]> {
  const generated = parts.options.ways.find((way) => way.origin === 'generated');
  const isOpen = proofs.some(({ rollback, verdict }) => rollback === 'generated' && verdict === 'restored');
  if (generated?.origin !== 'generated' || !isOpen) return proofs;
  const { budget, signal } = parts.options;
  const { result: stuck, late } = await earlier.limit(budget.leftMs, () =>
    findStuckPart(earlier, { ...parts, generate: generated.generate, signal }),
  );
  const fault = late ? { verdict: 'failed' as const, reason: budget.exceeded, difference: [] } : stuck;
  if (fault === null) return proofs;
  return proofs.map((proof) => (proof.rollback === 'generated' ? { ...proof, ...fault } : proof));
}
