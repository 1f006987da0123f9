import { expect, test } from 'vitest';
import { variablesInBodies } from '../../../src/foundation/sql/variables-in-bodies.js';

test.each([
  ['DO $$ BEGIN PERFORM :schema.f(); INSERT INTO :"other".t VALUES (:schema); END $$', ['schema', 'other']],
  ['CREATE FUNCTION f() RETURNS int AS $body$ SELECT a::int FROM :APP.t $body$ LANGUAGE sql', ['APP']],
  ['SELECT :outside', []],
  ['DO $$ DECLARE a int := 1; b text; BEGIN b:=a::text; a := arr[1:b]; END $$', []],
])('%s', (sql, names) => {
  expect(variablesInBodies(sql)).toEqual(names);
});
