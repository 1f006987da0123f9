import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealEnvelope } from '../../../src/after/evidence/envelope/envelope.js';
import { openKey } from '../../../src/before/approve/open-key.js';
import { canonicalJson } from '../../../src/foundation/records/canonical-json.js';
import type { DsseEnvelope, EvidenceProblem, EvidenceStatement } from '../../../src/model/evidence-bundle.js';
import {
  confirmableSchema,
  confirmationSchema,
  controlsSchema,
  evidenceSchema,
  evidenceStatementSchema,
  evidenceVerifySchema,
} from '../../../src/report/evidence/schemas.js';
import { renderEvidenceTerminal } from '../../../src/report/evidence/terminal.js';
import { confirm, listConfirmable } from '../../../src/workflows/confirm.js';
import { readControls, showEvidence, verifyEvidence } from '../../../src/workflows/evidence.js';
import { hasSshKeygen } from '../../support/ssh-keys.js';
import { migration, type Name, type Production } from '../approve/production.js';
import { planted, recordChange, type RecordedChange } from './recorded-change.js';

describe.skipIf(!hasSshKeygen)('what is on record about a change', () => {
  let change: RecordedChange;
  let production: Production;
  let scratch: string;
  let bundle: string;
  let request: RecordedChange['request'];
  let verifyAlone: RecordedChange['verifyAlone'];

  beforeAll(async () => {
    change = await recordChange();
    ({ production, scratch, request, verifyAlone } = change);
    bundle = join(scratch, 'bundle.json');
    await change.export(bundle);
  }, 240_000);
  afterAll(async () => change?.[Symbol.asyncDispose]());

  const places = (problems: readonly EvidenceProblem[]) =>
    problems.map(({ about, place, field }) => `${about} ${basename(place)} ${field ?? ''}`.trim());

  describe('as a bundle', () => {
    it('verifies elsewhere, and says who signed and who approved', async () => {
      const report = await verifyAlone(bundle);
      expect(report.problems).toEqual([]);
      expect(evidenceVerifySchema.parse(report)).toMatchObject({ verdict: 'verified', source: 'bundle' });
      expect(report.signedBy).toMatch(/^bob@example.com \(SHA256:/);
      expect(report.approvals.map(({ by }) => by).toSorted()).toEqual(['alice@example.com', 'bob@example.com']);
      expect(report.anchors).toBeGreaterThan(0);
    });

    it('holds every section that there is something for, in the order of the chain', async () => {
      const { payload } = await read(bundle);
      const { predicate, subject } = evidenceStatementSchema.parse(payload);
      const { sections, records, compatibility } = predicate;
      for (const section of [
        'classification',
        'preflight',
        'rehearsal',
        'approvals and waivers',
        'execution',
      ] as const) {
        expect(sections[section], section).not.toEqual([]);
      }
      const seen = new Set<string>();
      for (const { digest, header } of records) {
        expect(header.predecessors.every((one) => seen.has(one))).toBe(true);
        seen.add(digest);
      }
      expect(subject.map(({ name }) => name)).toEqual(['change', '2_author.sql', '3_plant.sql']);
      expect(compatibility).toMatchObject({
        server: { major: 17 },
        extensions: [{ name: 'plpgsql' }],
        drivers: [{ name: 'pg', wanted: '^8.0.0' }],
      });
      expect(predicate.decisions.some(({ what }) => what === 'the run is applied')).toBe(true);
    });

    it('shows no value of a row, in no shape of it', async () => {
      const texts = [
        Buffer.from((JSON.parse(await readFile(bundle, 'utf8')) as DsseEnvelope).payload, 'base64').toString('utf8'),
        await readFile(`${bundle}.html`, 'utf8'),
        ...(await Promise.all(
          (await readdir(`${bundle}-lists`)).map((name) => readFile(join(`${bundle}-lists`, name), 'utf8')),
        )),
      ];
      expect(texts.length).toBeGreaterThan(7);
      for (const text of texts) expect(text).not.toContain(planted);
      expect(texts[0]).toContain("INSERT INTO notes (id, body) VALUES (0, '…')");
      const local = await showEvidence({ ...request(), change: null, unredacted: true });
      expect(JSON.stringify(local)).toContain(planted);
    });

    it('says that nobody signed it, and that others did', async () => {
      const unsigned = join(scratch, 'unsigned.json');
      await change.export(unsigned, { key: null });
      expect(places((await verifyAlone(unsigned)).problems)).toEqual(['envelope bundle.json signatures']);
      const foreign = join(scratch, 'foreign.json');
      await change.export(foreign, { key: production.key('mallory') });
      const { problems } = await verifyAlone(foreign);
      expect(problems[0]?.message).toContain('no allowed signer has the key');
      const expired = join(scratch, 'signers');
      const signers = await readFile(join(production.path, 'allowed_signers'), 'utf8');
      await writeFile(expired, signers.replace('bob@example.com ', 'bob@example.com valid-before="20260101Z" '));
      expect((await verifyAlone(bundle, expired)).problems.map(({ message }) => message).join()).toContain(
        'was valid until',
      );
    });

    it('finds one changed byte anywhere in it', async () => {
      const envelope = JSON.parse(await readFile(bundle, 'utf8')) as DsseEnvelope;
      const bytes = Buffer.from(envelope.payload, 'base64');
      const tampered = join(scratch, 'byte.json');
      for (const at of [50, Math.floor(bytes.length / 3), bytes.length - 40]) {
        const copy = Buffer.from(bytes);
        copy[at] = (copy[at] as number) ^ 1;
        await writeFile(tampered, JSON.stringify({ ...envelope, payload: copy.toString('base64') }));
        expect(await verifyAlone(tampered), `byte ${at}`).toMatchObject({ verdict: 'not verified' });
      }
    });

    async function resealed(edit: (statement: EvidenceStatement) => EvidenceStatement, by: Name = 'bob') {
      const { payload } = await read(bundle);
      const key = await openKey({
        path: production.key(by),
        env: process.env,
        signal: new AbortController().signal,
        onWord: () => undefined,
      });
      const path = join(scratch, 'resealed.json');
      await writeFile(path, JSON.stringify(await sealEnvelope(canonicalJson(edit(payload)), key)));
      return await verifyAlone(path);
    }

    type Records = EvidenceStatement['predicate']['records'];
    const withRecords = (edit: (records: Records) => Records) => (statement: EvidenceStatement) => ({
      ...statement,
      predicate: { ...statement.predicate, records: edit(statement.predicate.records) },
    });

    it('names the place even where whoever changed it signed it again', async () => {
      const whole = (await resealed((statement) => statement)).problems;
      expect(whole).toEqual([]);
      const { payload } = await read(bundle);
      const { records } = payload.predicate;
      const last = records.at(-1)?.name ?? '';
      const gone = await resealed(withRecords((all) => all.slice(0, -1)));
      expect(places(gone.problems)).toEqual(
        expect.arrayContaining(['chain bundle.json heads', expect.stringMatching(/^anchor ledger entry/)]),
      );
      const middle = await resealed(withRecords((all) => all.filter((_, index) => index !== 1)));
      expect(places(middle.problems).join()).toMatch(/chain .* predecessors/);
      const moved = await resealed(
        withRecords((all) =>
          all.map((one) => (one.name === last ? { ...one, header: records[0]?.header as never } : one)),
        ),
      );
      expect(places(moved.problems)).toContain(`record ${last} header`);
      const reused = await resealed(
        withRecords((all) =>
          all.map((one) =>
            one.header.subject.kind === 'approval'
              ? { ...one, body: { ...(one.body as object), changeDigest: 'f'.repeat(64), target: 'staging' } }
              : one,
          ),
        ),
      );
      expect(places(reused.problems).join()).toMatch(/approval \S+ changeDigest,approval \S+ target/);
      const file = await resealed((statement) => ({
        ...statement,
        subject: statement.subject.map((one) =>
          one.name === '3_plant.sql' ? { ...one, digest: { sha256: '0'.repeat(64) } } : one,
        ),
      }));
      expect(places(file.problems)).toEqual(['migration 3_plant.sql sha256']);
    });

    it('judges the approvals again: without one of them the change was not approved', async () => {
      const { payload } = await read(bundle);
      const approvals = payload.predicate.records.filter(({ header }) => header.subject.kind === 'approval');
      const bob = approvals.find(({ body }) => JSON.stringify(body).includes('bob@example.com'))?.name ?? '';
      const forged = await resealed(
        withRecords((all) =>
          all.map((one) =>
            one.name === bob
              ? {
                  ...one,
                  body: JSON.parse(
                    JSON.stringify(one.body).replaceAll('"role":"technical lead"', '"role":"product owner"'),
                  ),
                }
              : one,
          ),
        ),
      );
      expect(places(forged.problems)).toEqual(
        expect.arrayContaining([`record ${bob} body`, `approval ${bob} signature`]),
      );
      expect(forged.problems.map(({ message }) => message).join()).toContain('was applied without');
    });
  });

  async function read(path: string): Promise<{ readonly payload: EvidenceStatement }> {
    const envelope = JSON.parse(await readFile(path, 'utf8')) as DsseEnvelope;
    return { payload: JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8')) as EvidenceStatement };
  }

  describe('as a folder', () => {
    const verifyFolder = (target: string | null = 'production') =>
      verifyEvidence({ ...request(target), path: null, signers: null });
    const recordsDir = () => production.records;
    const rewrite = async (name: string, edit: (text: string) => string) => {
      const path = join(recordsDir(), name);
      await writeFile(path, edit(await readFile(path, 'utf8')));
    };
    const names = async () => (await readdir(recordsDir())).toSorted();

    it('is whole, and agrees with the ledger', async () => {
      const report = await verifyFolder();
      expect(report).toMatchObject({ verdict: 'verified', problems: [] });
      expect(report.anchors).toBeGreaterThan(0);
    });

    it('names the migration of which one byte was changed', async () => {
      const seen = await production.whileIs(
        () => production.write('migrations/3_plant.sql', (text) => text.replace('9001', '9002')),
        () => verifyFolder(),
      );
      expect(places(seen.problems)).toEqual(['migration 3_plant.sql sha256']);
    });

    it.each(['check', 'rehearsal', 'preflight', 'apply', 'approval'])(
      'names the %s of which one byte was changed',
      async (kind) => {
        const [name = ''] = await production.recordsOf(kind);
        const seen = await production.whileIs(
          () => rewrite(name, (text) => text.replace('"body":{', '"body":{"x":1,')),
          () => verifyFolder(),
        );
        expect(places(seen.problems)[0]).toBe(`record ${name} body`);
      },
    );

    it('misses a record that was taken out, also the last', async () => {
      const all = await names();
      for (const name of [all[1] ?? '', all.at(-1) ?? '']) {
        const seen = await production.whileIs(
          () => rm(join(recordsDir(), name)),
          () => verifyFolder(),
        );
        expect(seen.verdict, name).toBe('not verified');
      }
      // The last one of the chain is named by nobody but the ledger.
      const { evidence } = await showEvidence({ ...request(), change: null, unredacted: true });
      const head = evidence.records.find(({ digest }) => evidence.heads.includes(digest))?.name ?? '';
      const seen = await production.whileIs(
        () => rm(join(recordsDir(), head)),
        () => verifyFolder(),
      );
      expect(places(seen.problems).join()).toMatch(/anchor ledger entry \d+ heads/);
    });

    it('tells two that were exchanged', async () => {
      const [one = '', other = ''] = await names();
      const seen = await production.whileIs(
        async () => {
          await rename(join(recordsDir(), one), join(recordsDir(), 'x'));
          await rename(join(recordsDir(), other), join(recordsDir(), one));
          await rename(join(recordsDir(), 'x'), join(recordsDir(), other));
        },
        () => verifyFolder(),
      );
      expect(places(seen.problems)).toEqual([`record ${one} header`, `record ${other} header`]);
    });

    it('does not take the author’s approval alone for one', async () => {
      const approvals = await production.recordsOf('approval');
      const texts = await Promise.all(approvals.map((name) => readFile(join(recordsDir(), name), 'utf8')));
      const bob = approvals[texts.findIndex((text) => text.includes('bob@example.com'))] ?? '';
      const seen = await production.whileIs(
        () => rm(join(recordsDir(), bob)),
        () => verifyFolder(),
      );
      expect(seen.problems.map(({ about }) => about)).toContain('author');
      expect(seen.problems.map(({ message }) => message).join()).toContain('was applied without technical lead');
    });

    it.each([
      ['taken out', (text: string) => text.replace(/^bob.*\n/m, ''), 'no allowed signer has the key'],
      [
        'expired',
        (text: string) => text.replace('bob@example.com ', 'bob@example.com valid-before="20260101Z" '),
        'was valid until',
      ],
    ])('does not take a key that is %s', async (_, edit, why) => {
      const seen = await production.whileIs(
        () => production.write('allowed_signers', edit),
        () => verifyFolder(),
      );
      expect(seen.problems.find(({ about, field }) => about === 'approval' && field === 'signer')?.message).toContain(
        why,
      );
    });
  });

  describe('as required steps', () => {
    it('says which are done, with figures, and which are missing', async () => {
      const report = await readControls({ ...request('production'), last: 5, pending: null });
      const [judged] = controlsSchema.parse(report).changes;
      const state = (id: string) => judged?.controls.find((one) => one.id === id)?.state;
      expect(judged).toMatchObject({ applied: 'applied', tier: 1, migrations: ['2', '3'], complete: false });
      expect({
        classified: state('classified'),
        rehearsed: state('rehearsed'),
        approvals: state('approvals'),
        applied: state('applied'),
        tested: state('rollback-tested'),
        peer: state('peer-review'),
      }).toEqual({
        classified: 'done',
        rehearsed: 'done',
        approvals: 'done',
        applied: 'done',
        tested: 'done',
        peer: 'ask',
      });
      const applied = judged?.controls.find(({ id }) => id === 'applied');
      expect(applied?.figures).toMatch(/applied: \d steps.*WAL/);
      expect(renderEvidenceTerminal(report, { width: 100, color: false })).toContain('lockkeeper confirm peer-review');
    });
  });

  it('says of what is pending what it will ask for, before anything is on record', async () => {
    const seen = await production.whileIs(
      () =>
        production.write('migrations/4_index.sql', () =>
          migration('CREATE INDEX notes_body ON notes (body)', 'DROP INDEX notes_body'),
        ),
      () => readControls({ ...request('production'), last: 5, pending: { ...request('production'), paths: [] } }),
    );
    const [pending, applied] = controlsSchema.parse(seen).changes;
    expect(pending).toMatchObject({ applied: 'no', migrations: ['4'], target: 'production', tier: 1 });
    expect(pending?.controls.find(({ id }) => id === 'rehearsed')).toMatchObject({ state: 'missing', record: null });
    expect(applied).toMatchObject({ applied: 'applied', migrations: ['2', '3'] });
  });

  describe('as a person says it', () => {
    it('is written down with who, role, time and note, and ticks the lists', async () => {
      await production.whileIs(
        async () => undefined,
        async () => {
          const unsaid = { change: null, role: null, note: null, at: null, key: null };
          const base = { ...request(), ...unsaid, notApplicable: false };
          await expect(confirm({ ...base, item: 'peer-reviev' })).rejects.toMatchObject({
            remedy: expect.stringContaining('Did you mean peer-review?'),
          });
          await expect(confirm({ ...base, item: 'ticket', at: '2999-01-01T00:00Z' })).rejects.toThrow('is not yet');
          await confirm({ ...base, item: 'peer-review', note: 'carol, in the ticket' });
          const ticket = await confirm({ ...base, item: 'ticket', note: 'OPS-17', role: 'release manager' });
          expect(confirmationSchema.parse(ticket.report)).toMatchObject({ item: 'ticket', state: 'done' });
          const anchored = await confirm({ ...base, ...request('production'), item: 'user-flows' });
          expect(anchored.note).toBeNull();
          const list = confirmableSchema.parse(await listConfirmable({ ...request(), change: null }));
          expect(list.items.find(({ id }) => id === 'ticket')?.confirmed).toMatchObject({
            note: 'OPS-17',
            role: 'release manager',
          });
          const { checklists } = evidenceSchema.parse(
            await showEvidence({ ...request(), change: null, unredacted: false }),
          );
          expect(checklists.map(({ id }) => id)).toEqual([
            'migration-template',
            'playbook',
            'pre-migration',
            'post-migration',
            'upgrade',
            'migration',
          ]);
          const template = checklists.find(({ id }) => id === 'migration-template');
          expect(template?.head).toContainEqual({ name: 'Ticket', value: 'OPS-17' });
          const lines = template?.sections.flatMap((section) => section.lines) ?? [];
          expect(lines.find(({ text }) => text.startsWith('Migration completed: 20'))?.state).toBe('done');
          expect(lines.find(({ text }) => text === 'Stakeholders notified')).toMatchObject({
            state: 'ask',
            askRole: 'release manager',
          });
          const { changes } = await readControls({ ...request(), last: 1, pending: null });
          const peer = changes[0]?.controls.find(({ id }) => id === 'peer-review');
          expect(peer).toMatchObject({ state: 'done', figures: 'carol, in the ticket' });
        },
      );
    });
  });
});
