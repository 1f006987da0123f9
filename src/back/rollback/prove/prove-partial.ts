import { statementNature } from '../../../foundation/steps/transaction-wrapping.js';
import type { Migration } from '../../../model/migration.js';
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
 * shows. Null when every one of them leads back to where it began. The database is as before then.
 */
export async function findStuckPart(database: ProofDatabase, request: PartialRequest): Promise<StuckPart | null> {
  for (const count of stops(request.migration)) {
    const stuck = await tryStop(database, request, count);
    if (stuck !== null) return stuck;
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

async function tryStop(database: ProofDatabase, request: PartialRequest, count: number): Promise<StuckPart | null> {
  const { migration, before, generate, signal } = request;
  const apart = { insideTransaction: false, signal };
  const part: Migration = { ...migration, statements: migration.statements.slice(0, count) };
  const where = `after a failure behind statement ${count} of ${migration.statements.length}`;
  const run = await runPart(database.session, part, apart);
  if (!run.ok) return { verdict: 'failed', reason: `${where}: ${run.reason}`, difference: [] };
  await database.reconnect();
  const after = await readState(database.session);
  const way = chooseWay({ origin: 'generated', generate }, { migration: part, before, after });
  if (way.kind === 'none') return { verdict: way.verdict, reason: `${where}: ${way.reason}`, difference: [] };
  const back = await runPart(database.session, way.script, apart);
  if (!back.ok) return { verdict: 'failed', reason: `${where} the rollback fails: ${back.reason}`, difference: [] };
  const now = await readState(database.session, before.data);
  const { schema, data } = compareStates(before, now, { setsPositions: setsPositions([part, way.script]) });
  const difference = [...schema, ...data.map(describeData)];
  if (difference.length === 0) return null;
  return { verdict: 'not-restored', reason: `${where} the rollback does not restore what was`, difference };
}
