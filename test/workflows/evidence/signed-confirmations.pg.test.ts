import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRecord } from '../../../src/foundation/records/write-record.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import type { ConfirmationReport } from '../../../src/model/confirmation.js';
import { confirmationSchema, evidenceVerifySchema } from '../../../src/report/evidence/schemas.js';
import { renderEvidenceTerminal } from '../../../src/report/evidence/terminal.js';
import { confirm } from '../../../src/workflows/confirm.js';
import { readControls, verifyEvidence } from '../../../src/workflows/evidence.js';
import { preflight } from '../../../src/workflows/preflight.js';
import { rehearse } from '../../../src/workflows/rehearse-with-defaults.js';
import { hasSshKeygen } from '../../support/ssh-keys.js';
import { type Production, startProduction } from '../approve/production.js';

describe.skipIf(!hasSshKeygen)('a confirmation', () => {
  let production: Production;

  beforeAll(async () => {
    production = await startProduction();
    await rehearse({ cwd: production.path, target: 'production', rows: 2 });
    // Only what was classified has required steps that a person confirms.
    const wanted = { selection: { paths: [] }, until: null, only: [], allowUndecidable: true };
    const database = { database: null, target: 'production' };
    await preflight({ ...request(), database, ...wanted, onEvent: () => undefined });
  }, 120_000);
  afterAll(() => production?.[Symbol.asyncDispose]());

  const request = () => ({
    cwd: production.path,
    env: process.env,
    clock: systemClock,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    database: { database: null, target: null },
  });
  const say = (item: string, more: Partial<Parameters<typeof confirm>[0]> = {}) =>
    confirm({
      ...request(),
      item,
      change: null,
      role: null,
      note: 'x',
      at: null,
      notApplicable: false,
      key: null,
      ...more,
    });
  const verifyFolder = () => verifyEvidence({ ...request(), path: null, signers: null });
  const controls = async () => await readControls({ ...request(), last: 1, pending: null });
  const nothing = async () => undefined;

  it('is signed by whose key it is, which everything that shows it says', async () => {
    await production.whileIs(nothing, async () => {
      const { report } = await say('peer-review', { key: production.key('alice') });
      expect(confirmationSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
      expect(report.signed?.signer.principal).toBe('alice@example.com');
      expect(renderEvidenceTerminal(report, { width: 200, color: false })).toContain('signed as alice@example.com');
      await say('ticket');
      const verified = evidenceVerifySchema.parse(await verifyFolder());
      expect(verified.problems).toEqual([]);
      expect(verified.confirmations).toMatchObject([
        { by: 'alice@example.com', role: 'peer reviewer', item: 'peer-review' },
      ]);
      expect(verified.notes).toContain('Not signed, and vouched for by nobody’s key: ticket.');
      const { changes } = await controls();
      const found = changes[0]?.controls.find(({ id }) => id === 'peer-review');
      expect(found).toMatchObject({
        state: 'done',
        by: expect.stringMatching(/signed as alice@example.com with SHA256:/),
      });
    });
  });

  it('that somebody changed, record and all, is found', async () => {
    await production.whileIs(nothing, async () => {
      const { report } = await say('peer-review', { key: production.key('alice'), note: 'not yet looked at' });
      const body: ConfirmationReport = { ...report, note: 'looked at' };
      await writeRecord(join(production.path, '.lockkeeper'), {
        tool: report.tool,
        createdAt: new Date(Date.parse(report.at) + 1_000).toISOString(),
        kind: 'confirmation',
        body,
      });
      const { problems, verdict } = await verifyFolder();
      expect(verdict).toBe('not verified');
      expect(problems).toMatchObject([
        { about: 'confirmation', field: 'signed', message: 'what it says is not what was signed' },
      ]);
      const { changes, notes } = await controls();
      expect(changes[0]?.controls.find(({ id }) => id === 'peer-review')).toMatchObject({
        state: 'failed',
        figures: 'what it says is not what was signed',
      });
      expect(notes.join()).toMatch(/does not count: what it says is not what was signed/);
    });
  });

  it('by a key that nobody knows, or in a role that is another’s, is refused', async () => {
    await production.whileIs(nothing, async () => {
      await expect(say('ticket', { key: production.key('mallory') })).rejects.toThrow(/No allowed signer has the key/);
      const role = 'technical lead';
      await expect(say('cost', { key: production.key('alice'), role })).rejects.toThrow(
        /does not name alice@example.com/,
      );
      const { report } = await say('cost', { key: production.key('bob'), role });
      expect(report.signed?.signer.principal).toBe('bob@example.com');
    });
  });

  it('has to be signed where the policy asks for that', async () => {
    const demand = async (): Promise<void> => {
      await say('peer-review');
      const path = join(production.path, 'lockkeeper.yaml');
      const config = JSON.parse(await readFile(path, 'utf8')) as { policy: object };
      const policy = { ...config.policy, limits: { signedConfirmations: true } };
      await writeFile(path, JSON.stringify({ ...config, policy }));
    };
    await production.whileIs(demand, async () => {
      const before = await readdir(production.records);
      await expect(say('ticket')).rejects.toThrow(/signedConfirmations asks for a signature/);
      expect(await readdir(production.records)).toEqual(before);
      const unsigned = (await controls()).changes[0]?.controls.find(({ id }) => id === 'peer-review');
      expect(unsigned?.state).toBe('ask');
      expect((await verifyFolder()).problems.map(({ message }) => message)).toEqual([
        'nobody signed it, and the policy asks for that',
      ]);
      await say('peer-review', { key: production.key('alice') });
      const signed = (await controls()).changes[0]?.controls.find(({ id }) => id === 'peer-review');
      expect(signed?.state).toBe('done');
    });
  });
});
