import { expect, test } from 'vitest';
import {
  clusterSettings,
  standbySettings,
  writeSettings,
} from '../../../../src/foundation/postgres/server/server-settings.js';

const request = { socketDir: '/tmp/lk-1-abcdef', port: 5432, hasStatStatements: true, settings: {} };

test('the caller’s settings win', () => {
  const settings = clusterSettings({ ...request, settings: { jit: 'on', work_mem: '1MB' } });
  expect(settings).toMatchObject({ jit: 'on', work_mem: '1MB', fsync: 'off', full_page_writes: 'on' });
});

test('a module that the server lacks is not loaded', () => {
  expect(clusterSettings(request)).toHaveProperty('shared_preload_libraries', 'pg_stat_statements');
  expect(clusterSettings({ ...request, hasStatStatements: false })).not.toHaveProperty('shared_preload_libraries');
});

test('values are quoted as postgresql.conf wants it', () => {
  expect(writeSettings({ search_path: `"it's", public`, 'a.b': 'c:\\d' })).toBe(
    `search_path = '"it''s", public'\na.b = 'c:\\\\d'\n`,
  );
});

test.each([
  ['not a name', '1'],
  ['fsync', 'on\ninclude_dir = /'],
])('%j = %j is refused', (name, value) => {
  expect(() => writeSettings({ [name]: value })).toThrow(expect.objectContaining({ code: 'usage' }));
});

test('a standby keeps the limits that its data directory was made with', () => {
  const primary = { host: '/tmp/lk-1-abcdef', port: 5432 };
  const settings = standbySettings(primary, { max_connections: '20', max_wal_senders: '30' });
  expect(settings).toMatchObject({ max_connections: '100' });
  expect(settings).not.toHaveProperty('max_wal_senders');
  expect(settings.primary_conninfo).toContain("host='/tmp/lk-1-abcdef' port='5432'");
});
