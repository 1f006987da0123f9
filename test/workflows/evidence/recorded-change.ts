import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import type { EvidenceVerifyReport } from '../../../src/model/evidence-bundle.js';
import { renderChecklist } from '../../../src/report/evidence/checklist-markdown.js';
import { renderEvidencePage } from '../../../src/report/evidence/page.js';
import { apply } from '../../../src/workflows/apply-with-defaults.js';
import { approve } from '../../../src/workflows/approve.js';
import { exportEvidence, type ExportEvidenceResult, verifyEvidence } from '../../../src/workflows/evidence.js';
import { rehearse } from '../../../src/workflows/rehearse-with-defaults.js';
import { testRollbacks } from '../../../src/workflows/test-rollbacks.js';
import { migration, type Name, type Production, startProduction } from '../approve/production.js';

/** A value of a row, in the SQL of the second migration. */
export const planted = 'Ada-Lovelace-1815';

/** A change that was rehearsed, tested, approved by its author and another, and applied. */
export interface RecordedChange extends AsyncDisposable {
  readonly production: Production;
  /** A folder for what is exported. */
  readonly scratch: string;
  readonly request: (target?: string | null, cwd?: string) => ReturnType<typeof requestIn>;
  /** Signed by bob unless it is said otherwise. */
  readonly export: (out: string, options?: { readonly key?: string | null }) => Promise<ExportEvidenceResult>;
  /** On a machine that has nothing but the bundle and the allowed signers. */
  readonly verifyAlone: (path: string, signers?: string) => Promise<EvidenceVerifyReport>;
}

function requestIn(cwd: string, target: string | null) {
  return {
    cwd,
    env: process.env,
    clock: systemClock,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    database: { database: null, target },
  };
}

export async function recordChange(): Promise<RecordedChange> {
  const production = await startProduction();
  const scratch = await mkdtemp(join(tmpdir(), 'lockkeeper-evidence-'));
  const request = (target: string | null = null, cwd = production.path) => requestIn(cwd, target);
  await bringToProduction(production);
  return {
    production,
    scratch,
    request,
    export: (out, { key = production.key('bob') } = {}) =>
      exportEvidence({
        ...request('production'),
        change: null,
        unredacted: false,
        out,
        html: `${out}.html`,
        checklists: `${out}-lists`,
        key,
        render: { page: renderEvidencePage, checklist: renderChecklist },
      }),
    verifyAlone: async (path, signers = join(production.path, 'allowed_signers')) => {
      const away = await mkdtemp(join(scratch, 'away-'));
      await cp(path, join(away, 'bundle.json'));
      return await verifyEvidence({ ...request(null, away), path: 'bundle.json', signers });
    },
    [Symbol.asyncDispose]: async () => {
      await rm(scratch, { recursive: true, force: true });
      await production[Symbol.asyncDispose]();
    },
  };
}

async function bringToProduction(production: Production): Promise<void> {
  await production.write('migrations/3_plant.sql', () =>
    migration(
      `INSERT INTO notes (id, body) VALUES (9001, '${planted}') /* for ${planted} */`,
      'DELETE FROM notes WHERE id = 9001',
    ),
  );
  await production.write('package.json', () => JSON.stringify({ dependencies: { pg: '^8.0.0' } }));
  production.commit('alice');
  await rehearse({ cwd: production.path, target: 'production', rows: 10 });
  const request = { ...requestIn(production.path, 'production'), selection: { paths: [] } };
  await testRollbacks({
    ...request,
    stageUrl: null,
    rollbacks: 'written',
    rowsPerTable: 2,
    command: null,
    timeLimitMs: 60_000,
    failFast: false,
    record: true,
  });
  const approval = {
    until: null,
    only: [],
    wish: { kind: 'approval', role: null },
    reason: null,
    validMs: null,
  } as const;
  for (const name of ['alice', 'bob'] satisfies readonly Name[]) {
    await approve({ ...request, ...approval, key: production.key(name), agree: async () => true });
  }
  const { report } = await apply({ cwd: production.path, target: 'production' });
  if (report.verdict === 'applied') return;
  const closed = report.preflight?.gates.filter(({ verdict }) => verdict === 'block' || verdict === 'unknown');
  throw new Error(`It was not applied: ${closed?.map(({ id, reason }) => `${id}: ${reason}`).join(' ')}`);
}
