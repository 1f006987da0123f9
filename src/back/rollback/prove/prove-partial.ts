import { statementNature } from '../../../foundation/steps/transaction-wrapping.js';
import type { Migration, Script } from '../../../model/migration.js';
import type { ProofVerdict } from '../../../model/rollback-proof.js';
import { compareStates } from './compare-states.js';
import { describeData } from './describe-difference.js';
import type { ProofDatabase } from './proof-database.js';
import { type DatabaseState, readState } from './read-state.js';
import { runPart } from './run-part.js';
import { setsPositions } from './script-words.js';
import { chooseWay, type GenerateRollback } from './way-back.js';

export interface PartialRequest {
  readonly migration: Migration;
  readonly before: DatabaseState;
  /** A copy from before the migration, for rollbacks that need what is kept then; null where there is nothing to keep. */
  readonly pristine: ProofDatabase | null;
  readonly generate: GenerateRollback;
  readonly signal: AbortSignal;
}

/** From which stop there is no way back. */
export interface StuckPart {
  readonly verdict: ProofVerdict;
  readonly reason: string;
  readonly difference: readonly string[];
}

/**
 * Lets a migration end behind each statement that committed but the last, and writes the rollback of what the catalog then
 * shows. Null when every one of them leads back to where it began.
 */
export async function findStuckPart(database: ProofDatabase, request: PartialRequest): Promise<StuckPart | null> {
  let isClean = true;
  for (const count of stops(request.migration)) {
    const copy = isClean ? null : ((await request.pristine?.copy()) ?? null);
    try {
      const { stuck, needsKept } = await tryStop(copy ?? database, request, count);
      if (stuck !== null) return stuck;
      // Its rollback was tried where the copies had been made.
      if (copy === null && needsKept) isClean = false;
    } finally {
      await copy?.[Symbol.asyncDispose]();
    }
  }
  return null;
}

/** Numbers of statements behind which everything is committed, the last of all left out. */
function stops({ statements }: Migration): readonly number[] {
  let open = false;
  return statements.slice(0, -1).flatMap(({ sql }, index) => {
    if (statementNature(sql).controlsTransaction) {
      if (/^(?:begin|start)\b/i.test(sql)) open = true;
      else if (/^(?:commit|end|rollback|abort)\b(?!\s+to\b)/i.test(sql)) open = false;
    }
    return open ? [] : [index + 1];
  });
}

interface Stop {
  readonly part: Migration;
  /** In words. */
  readonly where: string;
  readonly request: PartialRequest;
}

interface StopResult {
  readonly stuck: StuckPart | null;
  readonly needsKept: boolean;
}

async function tryStop(database: ProofDatabase, request: PartialRequest, count: number): Promise<StopResult> {
  const { migration, before, generate, signal } = request;
  const part: Migration = { ...migration, statements: migration.statements.slice(0, count) };
  const where = `after a failure behind statement ${count} of ${migration.statements.length}`;
  const run = await runPart(database.session, part, { insideTransaction: false, signal });
  const stop = { part, where, request };
  const stuck = (verdict: ProofVerdict, reason: string): StopResult => ({
    stuck: { verdict, reason, difference: [] },
    needsKept: false,
  });
  if (!run.ok) return stuck('failed', `${where}: ${run.reason}`);
  await database.reconnect();
  const after = await readState(database.session, { earlier: before });
  const way = chooseWay({ origin: 'generated', generate }, { migration: part, before, after });
  if (way.kind === 'none') return stuck(way.verdict, `${where}: ${way.reason}`);
  if (way.keep === null) return { stuck: await goBack(database, way.script, stop), needsKept: false };
  const copy = (await request.pristine?.copy()) ?? null;
  if (copy === null)
    return stuck('failed', `${where}: what is kept can be tried only where the database can be copied`);
  try {
    for (const script of [way.keep.preserve, part, way.keep.afterUp]) {
      const kept = await runPart(copy.session, script, { insideTransaction: false, signal });
      if (!kept.ok) return stuck('failed', `${where}: ${kept.reason}`);
      await copy.reconnect();
    }
    return { stuck: await goBack(copy, way.script, stop), needsKept: true };
  } finally {
    await copy[Symbol.asyncDispose]();
  }
}

async function goBack(
  database: ProofDatabase,
  script: Script,
  { part, where, request }: Stop,
): Promise<StuckPart | null> {
  const { before, signal } = request;
  const back = await runPart(database.session, script, { insideTransaction: false, signal });
  if (!back.ok) return { verdict: 'failed', reason: `${where} the rollback fails: ${back.reason}`, difference: [] };
  const now = await readState(database.session, { earlier: before, comparedWith: before });
  const { schema, data } = compareStates(before, now, { setsPositions: setsPositions([part, script]) });
  const difference = [...schema, ...data.map(describeData)];
  if (difference.length === 0) return null;
  return { verdict: 'not-restored', reason: `${where} the rollback does not restore what was`, difference };
}
