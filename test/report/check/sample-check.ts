import type { CheckReport } from '../../../src/model/check.js';
import type { Assessment, MigrationClassification, RuleFinding } from '../../../src/model/classification.js';

const assessment: Assessment = {
  kind: 'additive schema change',
  complexity: 'HIGH',
  reasons: ['CREATE INDEX without CONCURRENTLY blocks writes (public.orders)'],
  expectedDowntime: '5 to 60 minutes',
  reversibility: 'reversible',
  reversibilityReason: 'each statement has an inverse',
  blastRadius: {
    relations: [
      {
        relation: 'public.orders',
        rows: 1200,
        bytes: 81920,
        dependents: ['public.totals'],
        neighbours: ['public.users'],
      },
    ],
    totalBytes: 81920,
  },
  requiredTesting: ['staging'],
  requiredReview: ['peer review'],
  requiredDocumentation: ['migration plan'],
  tier: 1,
  controls: ['rehearsal'],
  approvals: [{ role: 'technical lead', count: 1 }],
  deployment: { order: 'any', steps: ['Apply it.'] },
};

export const finding: RuleFinding = {
  id: 'create-index-blocks-writes',
  title: 'CREATE INDEX without CONCURRENTLY blocks writes',
  concern: 'availability',
  certainty: 'certain',
  severity: 'error',
  message: 'Writes to public.orders wait, 100% of them: until the index is built.',
  remedy: 'CREATE INDEX CONCURRENTLY, outside a transaction.',
  path: '0007_index, orders.sql',
  line: 4,
  column: 1,
  endLine: 5,
  relation: 'public.orders',
  instead: 'CREATE INDEX CONCURRENTLY by_day\n  ON orders (day)',
  gradedDown: null,
  fingerprint: 'f00d',
};

const statement = {
  sql: 'CREATE INDEX by_day\n  ON orders (day)',
  path: finding.path,
  line: 4,
  endLine: 5,
  locks: [{ relation: 'public.orders', kind: 'table', mode: 'ShareLock', certainty: 'certain' }],
  rewrites: [],
  scans: ['public.orders'],
  possible: { rewrites: [], scans: [] },
  transactionBlock: 'allowed',
  unanalysed: [],
  blocks: { reads: false, writes: true },
  findings: [finding],
} as const;

const loud: MigrationClassification = {
  id: '0007',
  path: finding.path,
  risk: 'HIGH',
  assessment,
  statements: [statement],
  findings: [
    { ...finding, id: 'file-name', severity: 'info', line: 1, endLine: 1, instead: null, fingerprint: 'beef' },
  ],
  suppressed: [
    { finding: { ...finding, id: 'drop-column', fingerprint: 'cafe' }, by: 'comment', reason: 'unused since May' },
  ],
};

const quiet: MigrationClassification = {
  ...loud,
  id: '0008',
  path: '0008_add_note.sql',
  risk: 'LOW',
  assessment: { ...assessment, complexity: 'LOW' },
  statements: [{ ...statement, path: '0008_add_note.sql', findings: [] }],
  findings: [],
  suppressed: [],
};

/** A report with a loud migration and a quiet one. */
export const sampleCheck: CheckReport = {
  kind: 'check',
  version: 1,
  tool: { name: 'lockkeeper', version: '0.1.0' },
  server: { major: 17, schema: 'shadow', sizes: 'database' },
  project: { format: 'plain', path: 'db/migrations' },
  migrations: [loud, quiet],
  rules: [
    {
      id: finding.id,
      title: finding.title,
      why: 'It holds a SHARE lock.',
      instead: finding.remedy,
      sources: ['https://www.postgresql.org/docs/current/sql-createindex.html'],
      concern: 'availability',
      severity: 'error',
    },
  ],
  totals: { info: 1, warning: 0, error: 1 },
  notes: ['0009 is missing'],
  changeDigest: 'sha256:0',
};
