import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gate } from '../../../src/during/preflight/gate.js';
import approvalsGiven from '../../../src/during/preflight/gates/surroundings/approvals-given.js';
import evidenceIntact from '../../../src/during/preflight/gates/surroundings/evidence-intact.js';
import reviewsDone from '../../../src/during/preflight/gates/surroundings/reviews-done.js';
import { signedWaivers } from '../../../src/foundation/approvals/signed-waivers.js';
import { readRecords } from '../../../src/foundation/records/read-records.js';
import { findHeads } from '../../../src/foundation/records/verify-chain.js';
import { writeRecord } from '../../../src/foundation/records/write-record.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import type { ApprovalReport } from '../../../src/model/approval.js';
import type { JsonValue } from '../../../src/model/json.js';
import { apply, preflight } from '../../../src/workflows/apply-with-defaults.js';
import { anchorHeads } from '../../../src/workflows/apply/anchor-heads.js';
import {
  type ApprovalWish,
  approve,
  listApprovals,
  reviewException,
  revokeStatement,
} from '../../../src/workflows/approve.js';
import { describeChange } from '../../../src/workflows/approve/describe-change.js';
import { readApprovalFacts } from '../../../src/workflows/approve/read-facts.js';
import { status } from '../../../src/workflows/status.js';
import { rehearse } from '../../../src/workflows/rehearse-with-defaults.js';
import { askGate } from '../../during/preflight/gate-bench.js';
import { hasSshKeygen } from '../../support/ssh-keys.js';
import { type Name, type Production, startProduction } from './production.js';

describe.skipIf(!hasSshKeygen)('what is signed', () => {
  let production: Production;

  beforeAll(async () => {
    production = await startProduction();
    await rehearse({ cwd: production.path, target: 'production', rows: 10 });
  });
  afterAll(async () => production?.[Symbol.asyncDispose]());

  /** The change is named, so that no database is asked. */
  function request(target = 'production') {
    return {
      cwd: production.path,
      env: process.env,
      clock: systemClock,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      selection: { paths: [], pending: 1 },
      database: { database: null, target },
      until: null,
      only: [],
    };
  }

  interface Signing {
    readonly wish?: ApprovalWish;
    readonly reason?: string;
    readonly target?: string;
    readonly validMs?: number;
  }

  function sign(name: Name, { wish, reason, target, validMs }: Signing = {}) {
    return approve({
      ...request(target),
      wish: wish ?? { kind: 'approval', role: null },
      key: production.key(name),
      reason: reason ?? null,
      validMs: validMs ?? null,
      agree: async () => true,
    });
  }

  function about(name: Name, record: string, reason: string | null) {
    return { ...request(), key: production.key(name), record, reason, agree: async () => true };
  }

  async function factsFor(target: string) {
    const described = await describeChange(request(target));
    const assessments = described.classified.map(({ assessment }) => assessment);
    const records = await readRecords(described.loaded.config.evidence.dir);
    return await readApprovalFacts({ ...request(target), ...described, records, assessments, now: new Date() });
  }

  /** What the gates say that go by what is signed. */
  async function ask(gate: Gate, target = 'production'): Promise<string> {
    const facts = await factsFor(target);
    const plain = facts as unknown as JsonValue;
    const { statements, terms, change } = facts;
    const policy = { tier: change.tier, settings: {}, now: new Date(), controls: ['second approver'] };
    const more = { target, reviewDays: terms.reviewDays, statements: statements as unknown as JsonValue };
    const { verdict, reason } = gate.decide(
      { facts: plain, direction: 'up', proved: false, classified: true, ...more },
      policy,
    );
    return `${verdict}: ${reason}`;
  }

  const approvals = (): Promise<string> => ask(approvalsGiven);

  async function evidence(): Promise<string> {
    const evidenceDir = join(production.path, '.lockkeeper');
    const { verdict, reason } = await askGate(evidenceIntact, { session: production.session, evidenceDir });
    return `${verdict}: ${reason}`;
  }

  it('counts when it is by those who are asked, and not by the author alone', async () => {
    expect(await approvals()).toMatch(/^block: Lacking: technical lead .*bob@example.com.*two different persons/);
    await sign('alice');
    expect(await approvals()).toMatch(/^block: .*its signer wrote the change, and nobody else approved it/);
    await expect(sign('mallory')).rejects.toThrow('No allowed signer has the key');
    await expect(sign('carol', { wish: { kind: 'approval', role: 'technical lead' } })).rejects.toThrow(
      'does not name its signer',
    );
    await expect(sign('bob', { validMs: 15 * 86_400_000 })).rejects.toThrow('at most');
    const { report, lacking } = await sign('bob');
    expect(report?.statement).toMatchObject({ role: 'technical lead', migrations: ['2'] });
    expect(lacking).toEqual([]);
    expect(await approvals()).toMatch(
      /^pass: Approved by alice@example.com \(approver, .*bob@example.com \(technical lead/,
    );
  });

  it('is of this change: one byte more, and the refusal names approval and digests', async () => {
    const seen = await production.whileIs(async () => {
      await production.write('migrations/2_author.sql', (text) => `${text} `);
      production.commit('alice');
    }, approvals);
    expect(seen).toMatch(
      /^block: .*[0-9a-f]{12} by bob@example.com \(technical lead\) does not count: it is for the change [0-9a-f]{12}, and the files are [0-9a-f]{12} now/,
    );
  });

  it('is of this rehearsal, and a newer one voids it', async () => {
    const seen = await production.whileIs(async () => {
      await rehearse({ cwd: production.path, target: 'production', rows: 20 });
    }, approvals);
    expect(seen).toMatch(/^block: .*it was given on the rehearsal [0-9a-f]{12}, and the newest is [0-9a-f]{12}/);
  });

  it.each([
    ['a gate asked otherwise', (text: string) => text.replace('echo 1000000000000', 'echo 2000000000000')],
    ['another tier', (text: string) => text.replace('"tier": 1', '"tier": 0')],
    ['other roles', (text: string) => text.replace('"carol@example.com"', '"carol@example.com", "bob@example.com"')],
  ])('is under this policy: %s voids it', async (_, change) => {
    const seen = await production.whileIs(() => production.write('lockkeeper.yaml', change), approvals);
    expect(seen).toMatch(/^block: .*the policy is another since/);
  });

  it('is for this target', async () => {
    expect(await ask(approvalsGiven, 'staging')).toMatch(
      /^block: .*it is for the target production, and this is staging/,
    );
  });

  it.each([
    ['uncommitted files', () => production.write('migrations/2_author.sql', (text) => text.replace('text', 'text '))],
    ['no repository', () => rm(join(production.path, '.git'), { recursive: true })],
    ['signers that nobody committed', () => production.write('allowed_signers', (text) => `# mine\n${text}`)],
    ['no signers', () => rm(join(production.path, 'allowed_signers'))],
    [
      'an authority among the signers',
      () => production.write('allowed_signers', (text) => text.replace('alice@example.com', '* cert-authority')),
    ],
  ])('is not known with %s', async (_, change) => {
    expect(await production.whileIs(change, approvals)).toMatch(
      /^unknown: It (is not known who wrote|cannot be told who)/,
    );
  });

  it('needs an author whom the signers know', async () => {
    const seen = await production.whileIs(async () => {
      await production.write('migrations/2_author.sql', (text) => text);
      await production.write('allowed_signers', (text) => text.replace('alice@example.com', 'alice@home'));
      production.commit('alice');
    }, approvals);
    expect(seen).toMatch(/^unknown: The allowed signers do not know alice@example.com/);
  });

  it.each([
    ['taken out', (text: string) => text.replace(/^bob.*\n/m, ''), 'no allowed signer has the key'],
    [
      'expired',
      (text: string) => text.replace('bob@example.com ', 'bob@example.com valid-before="20260101Z" '),
      'was valid until',
    ],
    [
      'for another purpose',
      (text: string) => text.replace('bob@example.com ', 'bob@example.com namespaces="git" '),
      'is not for lockkeeper',
    ],
  ])('by a key that is %s does not count', async (_, change, why) => {
    const seen = await production.whileIs(async () => {
      await production.write('allowed_signers', change);
      production.commit('alice');
    }, approvals);
    expect(seen).toMatch(/^block: /);
    expect(seen).toContain(why);
  });

  /** One record rewritten as whoever can write files would. */
  async function forge(name: string, change: (text: string) => string): Promise<void> {
    const path = join(production.records, name);
    await writeFile(path, change(await readFile(path, 'utf8')));
  }

  const both = async () => ({ approvals: await approvals(), evidence: await evidence() });

  it('is found out when a byte of its record, or of a record it builds on, is changed', async () => {
    const [own = ''] = await production.recordsOf('approval');
    const role = await production.whileIs(
      () => forge(own, (text) => text.replace('"role":"approver"', '"role":"technical lead"')),
      both,
    );
    expect(role.approvals).toMatch(
      /^block: The record 2.*\.json of an approval was tampered with: the record is not as/,
    );
    expect(role.evidence).toMatch(/^block: .*\.json is not as it was written/);
    const [rehearsal = ''] = await production.recordsOf('rehearsal');
    const green = await production.whileIs(() => forge(rehearsal, (text) => text.replace('passed', 'Passed')), both);
    expect(green.approvals).toMatch(/^block: .*the rehearsal [0-9a-f]{12} that it was given on is not on record/);
    expect(green.evidence).toMatch(/^block: /);
  });

  it('is found out when it is written anew around a signature that is of something else', async () => {
    const [own = ''] = await production.recordsOf('approval');
    const stored = JSON.parse(await readFile(join(production.records, own), 'utf8')) as {
      readonly body: ApprovalReport;
    };
    const statement = { ...stored.body.statement, role: 'technical lead' };
    const forged = await production.whileIs(async () => {
      const body = { ...stored.body, statement };
      const draft = { tool: body.tool, createdAt: '2026-01-01T00:00:00.000Z', kind: 'approval', body } as const;
      await writeRecord(join(production.path, '.lockkeeper'), draft);
    }, both);
    expect(forged.evidence).toMatch(/^pass/);
    expect(forged.approvals).toMatch(
      /^block: The record 20260101.*tampered with: the signature is not of this statement/,
    );
  });

  it('is found out when records are taken out or exchanged', async () => {
    const [one = '', other = ''] = await production.recordsOf('approval');
    const at = (name: string) => join(production.records, name);
    expect(await production.whileIs(() => rm(at(one)), evidence)).toMatch(
      /^block: .*the record [0-9a-f]{16} before .* is gone/,
    );
    const exchanged = await production.whileIs(async () => {
      await rename(at(one), at('x'));
      await rename(at(other), at(one));
      await rename(at('x'), at(other));
    }, evidence);
    expect(exchanged).toMatch(/^block: .*not as it was written, .*not as it was written/);
  });

  it('no longer counts when somebody took it back', async () => {
    const listed = await listApprovals(request());
    const own = listed.statements.find(({ by }) => by === 'bob@example.com');
    const seen = await production.whileIs(async () => {
      await revokeStatement(about('carol', own?.record.slice(0, 12) ?? '', 'seen too late'));
    }, approvals);
    expect(seen).toMatch(/^block: .*carol@example.com revoked it/);
    await expect(revokeStatement(about('carol', 'abcdef', null))).rejects.toThrow('No signed record');
  });

  it('breaks the glass for a while, with a reason, and leaves a review to somebody else', async () => {
    await production.whileIs(
      async () => {
        for (const name of await production.recordsOf('approval')) await rm(join(production.records, name));
        const wish = { kind: 'break-glass' } as const;
        await expect(sign('bob', { wish })).rejects.toThrow('no reason');
        await expect(sign('bob', { wish, reason: 'down', validMs: 86_400_000 })).rejects.toThrow('at most');
        await sign('bob', { wish, reason: 'the site is down' });
      },
      async () => {
        expect(await approvals()).toMatch(
          /^warn: bob@example.com broke the glass .*the site is down\. Lacking: technical lead/,
        );
        expect(await ask(reviewsDone)).toMatch(/^warn: To be looked into: break-glass by bob@example.com/);
        const { troubles } = await status({ ...request(), paths: [], expiresWithinDays: 7 });
        expect(troubles).toContainEqual({
          what: expect.stringMatching(/^Glass was broken by bob@example\.com .*it is to be looked into by/),
          remedy: expect.stringContaining('lockkeeper approve review'),
        });
        const [due] = (await listApprovals(request())).reviews;
        await expect(reviewException(about('bob', due?.record ?? '', 'fine'))).rejects.toThrow('cannot review it');
        await expect(reviewException(about('carol', due?.record ?? '', null))).rejects.toThrow('what was found');
        await reviewException(about('carol', due?.record ?? '', 'it was right'));
        expect(await ask(reviewsDone)).toMatch(/^pass/);
      },
    );
  });

  it('waives a gate, where somebody signs who did not write the change', async () => {
    const wish = { kind: 'waiver', gate: 'rollback-ready', anyChange: false } as const;
    const waived = async () => signedWaivers({ ...(await factsFor('production')), now: new Date() });
    await production.whileIs(
      () => sign('alice', { wish, reason: 'nobody uses it' }).then(() => undefined),
      async () => {
        const alone = await waived();
        expect(alone.waivers).toEqual([]);
        expect(alone.refused).toEqual([expect.stringMatching(/rollback-ready by alice.*nobody else takes the risk/)]);
        await sign('carol', { wish, reason: 'nobody uses it' });
        expect((await waived()).waivers).toContainEqual(
          expect.objectContaining({ gate: 'rollback-ready', by: 'carol@example.com', record: expect.any(String) }),
        );
      },
    );
  });

  it('does not waive the approvals themselves, signed or not', async () => {
    const seen = await production.whileIs(
      async () => {
        await production.write('lockkeeper.yaml', (text) => {
          const waiver = { gate: 'rollback-ready', target: 'production', by: 'Ada', reason: 'why not' };
          const dated = { ...waiver, grantedAt: '2026-01-01', expiresAt: '2999-01-01' };
          return text.replace('"policy": {', `"policy": { "waivers": [${JSON.stringify(dated)}],`);
        });
        const wish = { kind: 'waiver', gate: 'approvals-given', anyChange: true } as const;
        await sign('carol', { wish, reason: 'in a hurry' });
      },
      () => preflight({ cwd: production.path, target: 'production' }),
    );
    expect(seen.gates.find(({ id }) => id === 'approvals-given')?.waiver).toBeNull();
    expect(seen.notes).toContainEqual(expect.stringContaining('no waiver opens that gate'));
    expect(seen.notes).toContainEqual(expect.stringContaining('it has to be signed'));
  });

  it('is anchored by an apply: the last record, too, cannot be taken out', async () => {
    const { report } = await apply({ cwd: production.path, target: 'production', gates: false });
    expect(report).toMatchObject({ verdict: 'applied' });
    expect(await evidence()).toMatch(/^pass: .* all that the ledger names are there/);
    const last = await production.whileIs(async () => {
      const records = await readRecords(join(production.path, '.lockkeeper'));
      const [head = ''] = findHeads(records);
      await rm(join(production.records, records.find(({ digest }) => digest === head)?.name ?? ''));
    }, evidence);
    expect(last).toMatch(
      /^block: The evidence was tampered with: the record [0-9a-f]{16} is gone, which entry \d+ of the ledger names/,
    );
    const fresh = await production.whileIs(() => rm(production.records, { recursive: true }), evidence);
    expect(fresh).toMatch(/^block: None of the \d records is here/);
  });

  it('an anchor that cannot be written is said, and the same one is written once', async () => {
    const count = async () =>
      (await production.session.query(`SELECT FROM lockkeeper.entry WHERE kind = 'anchor'`)).rows.length;
    const before = await count();
    const anchoring = { evidenceDir: join(production.path, '.lockkeeper'), runId: crypto.randomUUID() };
    const connect = () => Promise.reject(new Error('no way there'));
    expect(await anchorHeads({ ...anchoring, connect })).toMatch(/not anchored in the ledger: no way there/);
    expect(await count()).toBe(before);
  });
});
