import { expect, test } from 'vitest';
import { redactSecrets } from '../../../src/foundation/records/redact-secrets.js';

test.each([
  ['postgres://app:s3cr3t@db:5432/shop', 'postgres://app:***@db:5432/shop'],
  ['postgresql://:p@ss@h1,h2/x?sslmode=require', 'postgresql://:***@h1,h2/x?sslmode=require'],
  ['postgres:///shop?password=abc&sslpassword=def', 'postgres:///shop?password=***&sslpassword=***'],
  ["host=db password='it''s' dbname=x", 'host=db password=*** dbname=x'],
  ['host=db password = "a b"', 'host=db password=***'],
  ["CREATE ROLE a LOGIN PASSWORD 'x''y' VALID UNTIL 'z'", "CREATE ROLE a LOGIN PASSWORD '***' VALID UNTIL 'z'"],
  ["OPTIONS (user 'u', password E'a\\'b')", "OPTIONS (user 'u', password '***')"],
  ['http://host:80/path@place', 'http://host:80/path@place'],
  ['CHECK (password = lower(password))', 'CHECK (password = lower(password))'],
])('%s', (text, expected) => {
  expect(redactSecrets(text, [])).toBe(expected);
});

test('given secrets go from every string of the tree, however they are written', () => {
  const secrets = ["o'brien/7", 'postgres://u:pa%24%24word@h/d', 'abc'];
  const value = {
    list: ["x o'brien/7", "'o''brien/7'", 'o%27brien%2F7', "o'brien%2F7"],
    n: 1,
    deep: { t: 'pa$$word!' },
    no: null,
  };
  expect(redactSecrets(value, secrets)).toEqual({
    list: ['x ***', "'***'", 'o%27brien%2F7', '***'],
    n: 1,
    deep: { t: '***!' },
    no: null,
  });
});

test('short values are no secrets: they would hide ordinary words', () => {
  expect(redactSecrets('major 17', ['17'])).toBe('major 17');
});

test('what holds no secret stays the very value that it was, also beside what is redacted', () => {
  const clean = { list: ['a', { url: 'https://example.com/a' }], n: 1 };
  expect(redactSecrets(clean, ['s3cr3t'])).toBe(clean);
  const value = { clean, url: 'postgres://u:s3cr3t@h/d' };
  const redacted = redactSecrets(value, []);
  expect(redacted).toEqual({ clean, url: 'postgres://u:***@h/d' });
  expect(redacted.clean).toBe(clean);
  expect(value.url).toBe('postgres://u:s3cr3t@h/d');
});
