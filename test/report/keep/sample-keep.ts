import type { KeepReport, KeptEntry } from '../../../src/model/keep-report.js';

const entry: KeptEntry = {
  id: '0003_drop_public_users_ab12cd34',
  state: 'kept',
  change: '0003',
  relation: 'public.users',
  rows: 12,
  bytes: 16_384,
  keptAt: '2026-01-02T03:04:05.123456Z',
  expiresAt: '2026-02-01T03:04:05.123456Z',
  restoredAt: null,
  expired: false,
  personalData: [],
  publications: [],
  referencedBy: [],
};

/** One of each state, with a name that tries to steer the terminal. */
export const sampleKeep: KeepReport = {
  kind: 'keep',
  version: 1,
  tool: { name: 'lockkeeper', version: '1.2.3' },
  action: 'list',
  server: { version: '17.10', major: 17 },
  database: 'the target production',
  entries: [
    {
      ...entry,
      expired: true,
      personalData: ['email'],
      publications: ['everything'],
      referencedBy: [{ relation: 'public.orders', constraint: 'orders_user_id_fkey' }],
    },
    { ...entry, id: 'back', restoredAt: '2026-01-03T00:00:00.000000Z' },
    { ...entry, id: 'gone', state: 'missing' },
    {
      ...entry,
      id: '\u001b[31mred',
      state: 'unlisted',
      change: null,
      relation: null,
      rows: null,
      bytes: null,
      keptAt: null,
      expiresAt: null,
    },
  ],
  totals: { tables: 4, bytes: 49_152, expired: 1 },
  dropped: null,
};
