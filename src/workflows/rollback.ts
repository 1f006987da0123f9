import { resolve } from 'node:path';
import { type GenerateOptions, generateRollback } from '../back/rollback/generate-rollback.js';
import type { ChangeSeen, GeneratedRollback } from '../back/rollback/prove/way-back.js';
import { openProjectFiles } from '../foundation/project/open-project-files.js';
import type { RollbackAction, RollbackReport } from '../model/rollback-report.js';
import { loadConfigOf } from './project-request.js';
import { recordProof } from './rollback/prove-record.js';
import { describeRollbacks } from './rollback/describe-rollbacks.js';
import type { FileWishes } from './rollback/write-rollback-file.js';
import { testRollbacks, type TestRequest } from './test-rollbacks.js';

export interface RollbackRequest
  extends Omit<TestRequest, 'rollbacks' | 'generate' | 'requireRollbacks' | 'triesDeclared'> {
  readonly action: RollbackAction;
  /** How generated rollbacks become files; `prove` writes none. */
  readonly files: FileWishes;
}

/** A change whose rollback was generated, with what came of that. */
export interface SeenRollback {
  readonly change: ChangeSeen;
  readonly generated: GeneratedRollback;
}

/**
 * Runs each migration on a stage, takes it back by a rollback made from the catalog (and by the written one when all are to
 * be proved), compares schema and rows, and tells what way back the change has. `generate` writes the rollbacks that were
 * proved into the project, never over somebody's own. Throws ChangeSafetyError where `test` does, and `output-failed`.
 */
export async function prepareRollbacks(request: RollbackRequest): Promise<RollbackReport> {
  const { action, files: wishes, ...rest } = request;
  const date = request.clock.date().toISOString().slice(0, 10);
  const seen: SeenRollback[] = [];
  const generate = (change: ChangeSeen, options: GenerateOptions): GeneratedRollback => {
    const generated = generateRollback(change, { ...options, keepsEmpty: true });
    seen.push({ change, generated });
    return generated;
  };
  const rollbacks = action === 'generate' ? 'generated' : 'both';
  const test = await testRollbacks({ ...rest, rollbacks, generate, triesDeclared: true, writes: true });
  const dir = resolve(request.cwd, test.project.path);
  const read = await openProjectFiles(dir);
  const filled = new Map<string, string>();
  const files = { ...read, text: (path: string) => filled.get(path) ?? read.text(path) };
  const migrations = await describeRollbacks({
    test,
    seen,
    dir,
    files,
    filled,
    action,
    wishes,
    cwd: request.cwd,
    date,
  });
  await recordProofs(migrations, seen, request);
  const { rollbacks: _tested, totals: _totals, requireRollbacks: _required, ...facts } = test;
  return { ...facts, kind: 'rollback', version: 1, action, migrations };
}

/** One record for each way back that restored everything: a rollback in production is compared with it. */
async function recordProofs(
  entries: RollbackReport['migrations'],
  seen: readonly SeenRollback[],
  request: RollbackRequest,
): Promise<void> {
  const { evidence } = (await loadConfigOf(request)).config;
  const createdAt = request.clock.date().toISOString();
  for (const { proofs } of entries) {
    for (const { id, path, verdict, downMs, rollback: origin } of proofs) {
      const found = seen.find(({ change: { migration } }) => migration.id === id && migration.path === path);
      if (verdict !== 'restored' || found === undefined) continue;
      const { change, generated } = found;
      const { migration, before, after } = change;
      const script = origin === 'written' ? migration.down : generated.kind === 'script' ? generated.script : null;
      if (script === null || script.statements.length === 0) continue;
      const { statements } = script;
      const snapshots = { before: before.snapshot, after: after.snapshot };
      await recordProof(evidence.dir, { migration, ...snapshots, origin, statements, downMs, createdAt });
    }
  }
}
