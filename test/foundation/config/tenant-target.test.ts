import { expect, it } from 'vitest';
import type { TargetConfig } from '../../../src/foundation/config/config.js';
import { atDatabase, tenantTarget } from '../../../src/foundation/config/tenant-target.js';
import { parseConnectionUri } from '../../../src/foundation/postgres/connection/connection-uri.js';
import { parseKeywordValues } from '../../../src/foundation/postgres/connection/keyword-values.js';

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
  const schemas = { ...target, tenants: { kind: 'schema', names: ['acme'], query: null } } as const;
  expect(() => tenantTarget('shop/acme', schemas)).toThrow('not supported yet');
});
