import { expect, test } from 'vitest';
import { withoutPassword } from '../../../src/foundation/stage/schema-from.js';

test.each([
  ['postgresql://u:p%40ss@h:5432/d?sslmode=require', 'postgresql://u@h:5432/d?sslmode=require', 'p@ss'],
  ['postgres://u@h/d', 'postgres://u@h/d', null],
  ['postgres://h/d?user=u&password=secret&sslmode=disable', 'postgres://h/d?user=u&sslmode=disable', 'secret'],
  ['postgres://h/d?password=secret', 'postgres://h/d', 'secret'],
  ['host=h user=u password=secret dbname=d', 'host=h user=u dbname=d', 'secret'],
  ["host=h password = 'a \\'b' dbname=d", 'host=h dbname=d', "a 'b"],
  ['service=shop', 'service=shop', null],
])('%s', (url, bare, password) => {
  expect(withoutPassword(url)).toEqual({ bare, password });
});
