import type { RollbackEntry, RollbackReport } from '../../../src/model/rollback-report.js';
import type { RollbackProof } from '../../../src/model/rollback-proof.js';

const proof: RollbackProof = {
  id: '0001',
  path: '0001_users.sql',
  rollback: 'generated',
  verdict: 'restored',
  reason: null,
  difference: [],
  columnOrder: [],
  dataKept: true,
  upMs: 2,
  downMs: 1,
  notes: [],
  sql: 'DROP TABLE public.users;',
  declared: null,
  integrity: null,
  writes: null,
};

const written: RollbackEntry = {
  id: '0001',
  path: '0001_users.sql',
  verdict: 'restored',
  reason: null,
  story: {
    kind: 'traffic',
    why: ['a program of before runs against the schema of after'],
    steps: ['bring the former version of the application back'],
    loses: [],
    otherwise: 'inverse',
    declared: null,
  },
  file: {
    outcome: 'would-write',
    path: 'migrations/0001_users.rollback.sql',
    why: 'as the project names its rollbacks',
    content: 'BEGIN;\n\nDROP TABLE public.users; -- \u001b[31m\n\nCOMMIT;\n',
  },
  proofs: [proof],
};

const reason = 'the rollback does not restore the data';

const withheld: RollbackEntry = {
  id: '0002',
  path: '0002_drop.sql',
  verdict: 'not-restored',
  reason,
  story: {
    kind: 'none',
    why: ['declared: nobody reads it'],
    steps: ['set a restore point directly before the change'],
    loses: ['every write since the restore point, of all tables'],
    otherwise: 'point-in-time',
    declared: { line: 1, because: 'nobody reads it', mitigation: 'restore point' },
  },
  file: { outcome: 'withheld', path: null, why: 'the migration is declared to have no rollback', content: null },
  proofs: [
    {
      ...proof,
      id: '0002',
      path: '0002_drop.sql',
      verdict: 'not-restored',
      reason,
      difference: Array.from({ length: 12 }, (_, at) => `rows of public.t${at}: values differ (3 rows)`),
      dataKept: false,
    },
  ],
};

export const sampleRollback: RollbackReport = {
  kind: 'rollback',
  version: 1,
  tool: { name: 'lockkeeper', version: '0.0.0' },
  action: 'generate',
  server: { version: '17.10', major: 17, source: 'embedded' },
  project: { format: 'plain', path: 'migrations' },
  rowsPerTable: 3,
  historyMigrations: 0,
  migrations: [written, withheld],
  inconclusive: ['extension postgis is not on the stage'],
  notes: ['No migration has a rollback script.'],
  changeDigest: 'abc',
  startedAt: '2026-01-02T03:04:05.000Z',
  durationMs: 1000,
};
