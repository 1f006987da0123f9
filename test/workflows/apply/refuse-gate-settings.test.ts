import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gates } from '../../../src/during/preflight/gates/index.js';
import { refuseUnknownGateSettings } from '../../../src/workflows/apply/refuse-gate-settings.js';

it('a misspelt gate or setting is refused, with the word that was meant', () => {
  expect(() => refuseUnknownGateSettings({ rehearsed: { maxAgeDays: 3 } }, gates)).not.toThrow();
  expect(() => refuseUnknownGateSettings({ rehearsd: { maxAgeDays: 3 } }, gates)).toThrow(
    expect.objectContaining({ code: 'config-invalid', remedy: 'Did you mean rehearsed?' }),
  );
  expect(() => refuseUnknownGateSettings({ rehearsed: { maxAgeDay: 3 } }, gates)).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('no setting maxAgeDay'),
      remedy: 'Did you mean maxAgeDays?',
    }),
  );
  expect(() => refuseUnknownGateSettings({ pooler: { strict: 1 } }, gates)).toThrow(
    expect.objectContaining({ remedy: 'It has none.' }),
  );
  expect(() => refuseUnknownGateSettings({ rehearsed: 3 }, gates)).toThrow('policy.gates.rehearsed is 3.');
});

const folder = join(import.meta.dirname, '../../../src/during/preflight/gates');
const readsSetting = /(?:limitOf|textSetting)\(policy, '(\w+)'|settings\['(\w+)'\]/g;

it('every setting that a gate reads is one that it names', async () => {
  const named = new Set(gates.flatMap(({ settings = [] }) => settings.map(({ name }) => name)));
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  for (const file of files) {
    // What a server calls a setting is none of ours.
    if (file.endsWith('server-timeouts.ts')) continue;
    for (const [, one, other] of (await readFile(join(folder, file), 'utf8')).matchAll(readsSetting)) {
      expect(named, `${file} reads it`).toContain(one ?? other);
    }
  }
});
