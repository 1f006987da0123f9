import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applySchema } from '../../src/report/apply-schema.js';
import { approvalListSchema, approvalSchema } from '../../src/report/approve-schema.js';
import { preflightSchema } from '../../src/report/preflight-schema.js';
import { hasSshKeygen } from '../support/ssh-keys.js';
import { type Name, type Production, startProduction } from '../workflows/approve/production.js';
import { type Outcome, runLockkeeper } from './run-lockkeeper.js';

describe.skipIf(!hasSshKeygen)('a change on its way to production', () => {
  let production: Production;
  beforeAll(async () => {
    production = await startProduction();
  });
  afterAll(async () => production?.[Symbol.asyncDispose]());

  async function run(verb: string, ...args: readonly string[]): Promise<Outcome> {
    const outcome = await runLockkeeper(production.path, [verb, ...args]);
    expect(outcome.stdout + outcome.stderr).not.toContain('PRIVATE KEY');
    return outcome;
  }

  const on = ['--target', 'production'];
  const approve = (name: Name, ...args: readonly string[]) =>
    run('approve', ...on, '--key', production.key(name), ...args);

  async function list() {
    const { stdout, stderr } = await run('approve', 'list', ...on, '--format', 'json');
    expect(stdout, stderr).not.toBe('');
    return approvalListSchema.parse(JSON.parse(stdout));
  }

  it('is rehearsed, its way back is proved, and what was not cannot be approved', async () => {
    const early = await approve('bob', '--yes');
    expect(early).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no green rehearsal') });
    const rehearsed = await run('rehearse', ...on, '--rows', '1000');
    expect(rehearsed.exitCode, rehearsed.stderr).toBe(0);
    const tested = await run('test', ...on);
    expect(tested.exitCode, tested.stderr).toBe(0);
  });

  it('is shown to whoever signs, with what it did in the rehearsal, and signed only with a word', async () => {
    const unasked = await approve('bob');
    expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Nobody can be asked') });
    expect(unasked.stdout).toMatch(
      /To sign: an approval as technical lead[^]*production, tier 1[^]*2_author[^]*LOW[^]*rehearsal [^]*AccessExclusiveLock on public\.notes/,
    );
    const author = await approve('alice', '--yes');
    expect(author.exitCode, author.stderr).toBe(0);
    expect(author.stdout).toContain('You wrote this change');
    expect(author.stdout).toMatch(/lacking +technical lead/);
    // Whoever approves need not reach the database: the last migration is the same change.
    const bob = await approve('bob', '--pending', '1', '--yes', '--format', 'json', '--expires', '3d');
    expect(approvalSchema.parse(JSON.parse(bob.stdout))).toMatchObject({
      target: 'production',
      statement: { kind: 'approval', role: 'technical lead', migrations: ['2'] },
      signer: { principal: 'bob@example.com', keyType: 'ssh-ed25519' },
    });
  });

  it('then has all that is asked for, and every gate is open', async () => {
    const { lacking, authors, statements } = await list();
    expect({ lacking, people: authors.people }).toEqual({ lacking: [], people: ['alice@example.com'] });
    expect(statements.map(({ by, role, fault }) => [by, role, fault])).toEqual([
      ['alice@example.com', 'approver', null],
      ['bob@example.com', 'technical lead', null],
    ]);
    const { stdout, stderr } = await run('preflight', ...on, '--format', 'json');
    expect(stdout, stderr).not.toBe('');
    const { verdict, gates } = preflightSchema.parse(JSON.parse(stdout));
    expect(gates.filter((gate) => gate.verdict !== 'pass')).toEqual([]);
    expect(verdict).toBe('pass');
  });

  it('is refused when one byte of it is another than was approved', async () => {
    const { exitCode, stdout } = await production.whileIs(
      async () => {
        await production.write('migrations/2_author.sql', (text) => `${text} `);
        production.commit('alice');
      },
      () => run('apply', ...on, '--format', 'json'),
    );
    expect(exitCode).toBe(1);
    const { verdict, preflight } = applySchema.parse(JSON.parse(stdout));
    expect(verdict).toBe('blocked');
    expect(preflight?.gates.find(({ id }) => id === 'approvals-given')?.reason).toMatch(
      /by bob@example\.com \(technical lead\) does not count: it is for the change [0-9a-f]{12}, and the files are/,
    );
  });

  it('is applied, and the ledger knows the newest record', async () => {
    const { exitCode, stdout, stderr } = await run('apply', ...on, '--format', 'json');
    expect(exitCode, stderr).toBe(0);
    expect(applySchema.parse(JSON.parse(stdout))).toMatchObject({
      verdict: 'applied',
      preflight: { verdict: 'pass' },
      completed: ['2'],
    });
    const { rows } = await production.session.query(`SELECT body FROM lockkeeper.entry WHERE kind = 'anchor'`);
    expect(rows.length).toBeGreaterThan(0);
    const again = await approve('bob', '--yes');
    expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('nothing to approve') });
  });

  it('broken glass is listed until somebody else has looked into it', async () => {
    await production.write(
      'migrations/3_hot.sql',
      () => '-- migrate:up\nCREATE TABLE hot (id int);\n\n-- migrate:down\nDROP TABLE hot;\n',
    );
    const broken = await approve('bob', '--break-glass', '--reason', 'the site is down', '--yes');
    expect(broken.exitCode, broken.stderr).toBe(0);
    expect(broken.stdout).toContain('Signed by bob@example.com: break-glass, on production until');
    const shown = await run('approve', 'list', ...on);
    expect(shown.stdout).toMatch(/break-glass by bob@example\.com is to be looked into by [^]*the site/);
    const [due] = (await list()).reviews;
    const review = ['approve', 'review', due?.record.slice(0, 12) ?? '', '--reason', 'it was right', '--yes'] as const;
    const own = await run(...review, '--key', production.key('bob'));
    expect(own).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('cannot review it') });
    expect((await run(...review, '--key', production.key('carol'))).exitCode).toBe(0);
    expect((await list()).reviews).toEqual([]);
  });
});
