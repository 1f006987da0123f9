import { describe, expect, test } from 'vitest';
import { redactBodies } from '../../../../src/after/evidence/redact/redact-body.js';
import type { JsonValue } from '../../../../src/model/json.js';

const one = (body: JsonValue, scripts: readonly string[] = []) => redactBodies([body], scripts)[0];

describe('redactBodies', () => {
  test('what SQL says is in no sentence either', () => {
    const body = {
      sql: "UPDATE users SET city = 'Timbuktu' WHERE email = 'a@b.example'",
      reason: 'The row of a@b.example (Timbuktu) was not there.',
      remedy: 'Look for Timbuktus.',
    };
    expect(one(body)).toEqual({
      sql: "UPDATE users SET city = '…' WHERE email = '…'",
      reason: 'The row of … (…) was not there.',
      remedy: 'Look for Timbuktus.',
    });
  });

  test('values in the files of migrations count too, and names do not', () => {
    const script = "INSERT INTO users (name) VALUES ('Ada Lovelace'); SELECT 'users'::regclass";
    expect(one({ message: 'Ada Lovelace is in public.users' }, [script])).toEqual({ message: '… is in public.users' });
  });

  test('the server’s words of rows go, its words of names stay', () => {
    const error = {
      code: '23505',
      message: 'duplicate key value violates unique constraint "users_email_key"',
      detail: 'Key (email)=(a@b.example) already exists.',
      hint: null,
      excerpt: "INSERT INTO users VALUES ('a@b.example')",
      relation: 'public.users_email_key',
    };
    const seen = { error, state: 'x: Key (email)=(a@b.example) already exists.', place: 'm/1.sql:3' };
    expect(one(seen)).toEqual({
      error: { ...error, detail: '…', excerpt: '…' },
      state: seen.state,
      place: 'm/1.sql:3',
    });
    const invalid = { code: '22P02', message: 'invalid input syntax for type integer: "4711-secret"' };
    expect(one(invalid)).toEqual({ code: '22P02', message: 'invalid input syntax for type integer: "…"' });
    expect(one({ reason: 'Failing row contains (1, Ada, (2)).' })).toEqual({ reason: 'Failing row contains (…).' });
  });

  test('what code raised is made of rows: nothing of it is kept, wherever it is repeated', () => {
    const body = {
      notices: [
        { severity: 'NOTICE', code: '00000', message: 'customer Ada owes 17' },
        { severity: 'NOTICE', code: '42P07', message: 'relation "users" already exists, skipping' },
      ],
      relation: 'public.users',
      failure: { sqlState: 'P0001', message: 'customer Bob owes 18' },
      words: 'failed: customer Bob owes 18',
    };
    expect(one(body)).toEqual({
      ...body,
      notices: [{ ...body.notices[0], message: '…' }, body.notices[1]],
      failure: { sqlState: 'P0001', message: '…' },
      words: 'failed: …',
    });
  });

  test('closed words, digests and figures stay, even where SQL has the same word', () => {
    const body = {
      sql: "UPDATE jobs SET state = 'applied'",
      verdict: 'applied',
      changeDigest: 'abc',
      queuedMs: 12,
      range: { column: 'id', from: '100', to: '200' },
    };
    expect(one(body)).toEqual({
      ...body,
      sql: "UPDATE jobs SET state = '…'",
      range: { column: '…', from: '…', to: '…' },
    });
  });

  test('keys of rows, and where sequences stand, are data', () => {
    const observation = [{ relation: 'public.users', seen: { increment: '1', next: '4712', farthest: '9001' } }];
    const ranges = [{ from: null, to: '4712', rows: 3 }];
    const redacted = one({ id: 'sequences-ahead', observation, comparison: { ranges: 5 }, table: { ranges } });
    expect(JSON.stringify(redacted)).not.toMatch(/4712|9001/);
    expect(redacted).toMatchObject({
      observation: [{ relation: 'public.users', seen: { increment: '1', next: '…', farthest: '…' } }],
      comparison: { ranges: 5 },
      table: { ranges: [{ from: null, to: '…', rows: 3 }] },
    });
  });

  test('thousands of values are found in time that grows with the text alone', () => {
    const rows = Array.from({ length: 5_000 }, (_, n) => `('customer-${n}', 'street ${n}')`).join(', ');
    const notes = Array.from({ length: 2_000 }, (_, n) => `Note ${n} on customer-${n}.`);
    const started = performance.now();
    const redacted = one({ sql: `INSERT INTO customers VALUES ${rows}`, notes });
    expect(JSON.stringify(redacted)).not.toContain('customer-1');
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
