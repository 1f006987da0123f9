import { expect, it } from 'vitest';
import type { TargetConfig } from '../../../src/foundation/config/config.js';
import { atDatabase, tenantTarget } from '../../../src/foundation/config/tenant-target.js';
import { parseConnectionString } from '../../../src/foundation/postgres/connection-string.js';
import { connectionSources } from '../../../src/foundation/postgres/connection/connection-sources.js';
import { parseConnectionUri } from '../../../src/foundation/postgres/connection/connection-uri.js';
import { parseKeywordValues } from '../../../src/foundation/postgres/connection/keyword-values.js';
import { readEnvironment } from '../../../src/foundation/runtime/environment.js';

const target = {
  url: 'postgres://ada@db:5432/main?sslmode=require',
  directUrl: null,
  replicas: ['host=r1 dbname=main'],
  tenants: { kind: 'database', names: ['acme', `o'x`], query: null },
} as unknown as TargetConfig;

it('a tenant is the same server, with another database', () => {
  const acme = tenantTarget('shop/acme', target);
  expect(parseConnectionUri(acme.url).get('dbname')).toBe('acme');
  expect(parseConnectionUri(acme.url).get('host')).toBe('db');
  expect(acme).toMatchObject({ tenants: null, directUrl: null });
  expect(parseKeywordValues(tenantTarget(`shop/o'x`, target).replicas[0] ?? '').get('dbname')).toBe(`o'x`);
  expect(parseConnectionUri(atDatabase('postgresql://db', 'a b&c')).get('dbname')).toBe('a b&c');
});

it('what cannot be meant is refused', () => {
  expect(() => tenantTarget('shop', target)).toThrow('several tenants');
  expect(() => tenantTarget('shop/nobody', target)).toThrow('no tenant nobody');
  expect(() => tenantTarget('shop/acme', { ...target, tenants: null })).toThrow('has no tenants');
});

it('a tenant that is a schema is the same database, with a search path', () => {
  const tenants = {
    kind: 'schema',
    names: ['acme', 'pg_temp', '€'.repeat(22)],
    query: null,
    searchPath: ['public'],
  } as const;
  const acme = tenantTarget('shop/acme', { ...target, tenants });
  expect(acme).toMatchObject({ tenants: null, tenant: { schema: 'acme', searchPath: ['acme', 'public'] } });
  const sources = connectionSources(readEnvironment({}));
  const [first] = parseConnectionString(
    acme.url.replace('sslmode=require', 'options=-c%20jit%3Doff'),
    sources,
  ).candidates;
  const expected = { options: '-c jit=off -c search_path=acme,\\ public', tenant: acme.tenant, database: 'main' };
  expect(first?.target).toMatchObject(expected);
  expect(parseKeywordValues(acme.replicas[0] ?? '').get('lockkeeper_search_path')).toBe('["acme","public"]');
  expect(() => tenantTarget('shop/pg_temp', { ...target, tenants })).toThrow('cannot be a schema of its own');
  expect(() => tenantTarget(`shop/${'€'.repeat(22)}`, { ...target, tenants })).toThrow('at most 63 bytes');
  const broken = 'host=db lockkeeper_search_path=acme';
  expect(() => parseConnectionString(broken, sources)).toThrow('no list of schemas');
});
