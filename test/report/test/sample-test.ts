import type { RollbackProof } from '../../../src/model/rollback-proof.js';
import type { TestReport } from '../../../src/model/test-report.js';

const proof: RollbackProof = {
  id: '0001',
  path: '0001_users.sql',
  rollback: 'written',
  verdict: 'restored',
  reason: null,
  difference: [],
  columnOrder: [],
  dataKept: true,
  upMs: 12.3,
  downMs: 4,
  notes: [],
  sql: null,
};

/** One of each verdict, with names that try to break out. */
export const sampleTest: TestReport = {
  kind: 'test',
  version: 1,
  tool: { name: 'lockkeeper', version: '1.2.3' },
  server: { version: '17.10', major: 17, source: 'embedded' },
  project: { format: 'plain', path: 'migrations' },
  rollbacks: 'both',
  rowsPerTable: 3,
  historyMigrations: 2,
  migrations: [
    proof,
    {
      ...proof,
      id: '0002',
      path: '0002_</failure>&.sql',
      verdict: 'not-restored',
      reason: 'the rollback does not restore the schema and the data',
      difference: ['index public.users_email is missing', 'rows of public.users: there are 2, there were 3'],
      columnOrder: ['public.users'],
      dataKept: false,
    },
    {
      ...proof,
      id: '0003',
      path: '0003_role.sql',
      rollback: 'generated',
      verdict: 'refused',
      reason: 'type public.mood: \u001b[31mno way back is known',
      dataKept: null,
      downMs: null,
      sql: 'DROP TABLE t;',
    },
    { ...proof, id: '0004', path: '0004.sql', verdict: 'no-rollback', reason: 'nobody wrote a rollback', downMs: null },
    {
      ...proof,
      id: '0005',
      path: '0005.sql',
      verdict: 'failed',
      reason: 'the rollback fails: 0005.sql:1: no',
      downMs: null,
    },
  ],
  totals: { restored: 1, 'not-restored': 1, 'no-rollback': 1, refused: 1, failed: 1 },
  inconclusive: ['extension postgis is not on the stage'],
  notes: ['0004.sql has no rollback'],
  changeDigest: 'abc',
  startedAt: '2025-01-01T00:00:00.000Z',
  durationMs: 1234,
};
