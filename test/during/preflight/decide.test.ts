import { describe, expect, it } from 'vitest';
import diskSpace from '../../../src/during/preflight/gates/database/disk-space.js';
import extensions from '../../../src/during/preflight/gates/database/extensions.js';
import serverTimeouts from '../../../src/during/preflight/gates/database/server-timeouts.js';
import serverVersion from '../../../src/during/preflight/gates/database/server-version.js';
import transactionIdAge from '../../../src/during/preflight/gates/database/transaction-id-age.js';
import walArchiving from '../../../src/during/preflight/gates/database/wal-archiving.js';
import { gates } from '../../../src/during/preflight/gates/index.js';
import type { Gate } from '../../../src/during/preflight/gate.js';
import type { JsonValue } from '../../../src/model/json.js';
import { policyOf } from './gate-bench.js';

const GB = 1024 ** 3;
const rehearsed = { walBytes: 2 * GB, growthBytes: GB, tempBytes: 0 };
const disk = { rehearsed, rewrittenBytes: 0, freeBytes: 100 * GB, problem: null };
const aged = (tables: readonly JsonValue[], database = 1_000): JsonValue => ({
  xidLimit: 200_000_000,
  multixactLimit: 400_000_000,
  databases: [{ name: 'shop', xidAge: database, multixactAge: 0 }],
  tables,
});
const table = (xidAge: number, multixactAge = 0, ownXidLimit: number | null = null) => ({
  name: 'public.orders',
  xidAge,
  multixactAge,
  ownXidLimit,
});
const archiver = {
  mode: 'on',
  hasMethod: true,
  managedService: null,
  archivedCount: 9,
  failedCount: 1,
  lastArchivedMs: 1_000,
  lastFailedMs: 9_000,
  waiting: { segments: 1, oldestMs: 500 },
};
const extension = {
  name: 'postgis',
  how: 'create',
  version: null,
  installed: null,
  available: '3.5',
  versionAvailable: true,
  mayCreate: true,
  managedService: null,
};
const timeouts = (value: string, longestMs: number | null, longSteps = 0): JsonValue => ({
  settings: { transaction_timeout: { value, source: 'user' } },
  longSteps,
  patienceMs: 1_000,
  rehearsed: longestMs === null ? null : { longestMs, tempBytes: 0 },
});

const cases: readonly (readonly [gate: Gate, what: string, observation: JsonValue, tier: number, verdict: string])[] = [
  [diskSpace, 'enough', disk, 1, 'pass'],
  [diskSpace, 'less than twice what is written', { ...disk, freeBytes: 5 * GB }, 1, 'block'],
  [diskSpace, 'twice what is written', { ...disk, freeBytes: 6 * GB }, 1, 'pass'],
  [diskSpace, 'no figure', { ...disk, freeBytes: null, problem: 'no answer' }, 3, 'unknown'],
  [diskSpace, 'no rehearsal', { ...disk, rehearsed: null }, 1, 'unknown'],
  [
    diskSpace,
    'no rehearsal and no room for a rewrite',
    { ...disk, rehearsed: null, rewrittenBytes: 30 * GB },
    1,
    'block',
  ],
  [diskSpace, 'a rehearsal with less data', { ...disk, rewrittenBytes: 10 * GB }, 1, 'warn'],
  [
    serverVersion,
    'the same',
    { major: 17, version: '17.5', rehearsed: { major: 17, version: '17.5 (Debian)' } },
    1,
    'pass',
  ],
  [
    serverVersion,
    'another minor',
    { major: 17, version: '17.5', rehearsed: { major: 17, version: '17.2' } },
    1,
    'warn',
  ],
  [
    serverVersion,
    'another major',
    { major: 17, version: '17.5', rehearsed: { major: 18, version: '18.0' } },
    3,
    'block',
  ],
  [serverVersion, 'not rehearsed', { major: 17, version: '17.5', rehearsed: null }, 3, 'unknown'],
  [transactionIdAge, 'young', aged([table(1_000)]), 0, 'pass'],
  [transactionIdAge, 'near the limit', aged([table(170_000_000)]), 1, 'warn'],
  [transactionIdAge, 'as near on an internal target', aged([table(170_000_000)]), 3, 'pass'],
  [transactionIdAge, 'at the limit', aged([table(195_000_000)]), 1, 'block'],
  [transactionIdAge, 'by multixacts', aged([table(1, 399_000_000)]), 1, 'block'],
  [transactionIdAge, 'by a limit of its own', aged([table(99_000, 0, 100_000)]), 1, 'block'],
  [transactionIdAge, 'a database that is near the end', aged([], 1_100_000_000), 1, 'block'],
  [walArchiving, 'working', archiver, 0, 'pass'],
  [walArchiving, 'nothing yet', { ...archiver, lastArchivedMs: null, lastFailedMs: null }, 3, 'unknown'],
  [walArchiving, 'failing', { ...archiver, lastFailedMs: 100 }, 3, 'block'],
  [walArchiving, 'behind', { ...archiver, waiting: { segments: 9, oldestMs: 400_000 } }, 1, 'block'],
  [
    walArchiving,
    'as far behind on an internal target',
    { ...archiver, waiting: { segments: 9, oldestMs: 400_000 } },
    3,
    'pass',
  ],
  [walArchiving, 'off', { ...archiver, mode: 'off' }, 1, 'block'],
  [walArchiving, 'off on an internal target', { ...archiver, mode: 'off' }, 3, 'warn'],
  [
    walArchiving,
    'off where the service archives',
    { ...archiver, mode: 'off', managedService: 'Amazon RDS' },
    3,
    'unknown',
  ],
  [
    walArchiving,
    'silent, and nobody sees why',
    { ...archiver, waiting: null, lastArchivedMs: 2_000_000, lastFailedMs: null },
    1,
    'unknown',
  ],
  [extensions, 'may be created', { extensions: [extension] }, 1, 'pass'],
  [extensions, 'only by a superuser', { extensions: [{ ...extension, mayCreate: false }] }, 1, 'block'],
  [
    extensions,
    'by what the service says',
    { extensions: [{ ...extension, mayCreate: false, managedService: 'Cloud SQL' }] },
    1,
    'unknown',
  ],
  [extensions, 'newer files', { extensions: [{ ...extension, how: 'installed', installed: '3.4' }] }, 1, 'warn'],
  [serverTimeouts, 'none', timeouts('0', 5_000), 1, 'pass'],
  [serverTimeouts, 'ample', timeouts('60000', 5_000), 1, 'warn'],
  [serverTimeouts, 'short', timeouts('9000', 5_000), 1, 'block'],
  [serverTimeouts, 'ample beside a concurrent build', timeouts('60000', 5_000, 1), 1, 'block'],
];

describe('what gates decide', () => {
  it.each(
    cases.map(([gate, what, observation, tier, verdict]) => ({ id: gate.id, what, gate, observation, tier, verdict })),
  )('$id: $what', ({ gate, observation, tier, verdict }) => {
    const decision = gate.decide(observation, policyOf(tier));
    expect(decision).toMatchObject({ verdict });
    expect(decision.remedy === null).toBe(verdict === 'pass');
    // What is recorded leads to the same verdict later.
    expect(gate.decide(JSON.parse(JSON.stringify(observation)) as JsonValue, policyOf(tier))).toEqual(decision);
  });

  it("limits are the project's where it sets them, for all tiers or for one", () => {
    const verdict = (settings: Readonly<Record<string, JsonValue>>) =>
      diskSpace.decide(disk, policyOf(1, settings)).verdict;
    expect([verdict({ factor: 40 }), verdict({ factor: { '1': 40 } }), verdict({ factor: { '2': 40 } })]).toEqual([
      'block',
      'block',
      'pass',
    ]);
  });

  it('every gate has an id of its own, and words', () => {
    expect(new Set(gates.map(({ id }) => id)).size).toBe(gates.length);
    for (const { id, title, why, remedy } of gates) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect([title, why, remedy].every((text) => text.length > 10)).toBe(true);
    }
  });
});
