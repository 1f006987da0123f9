import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCacheFolder } from '../../../../src/foundation/postgres/server/cache-folder.js';
import { makeTemporaryFolder } from '../../../../src/foundation/runtime/temporary-folder.js';

const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

test('a folder that was named is used, or refused', async () => {
  await using root = await makeTemporaryFolder(tmpdir(), 'lk-cache-');
  await chmod(root.path, 0o755);
  const open = (wanted: string, delegated: boolean) => () =>
    openCacheFolder({
      wanted,
      isNamed: true,
      temporaryRoot: root.path,
      user: { ...self, delegated },
      onProgress: (text) => expect.fail(text),
    });
  const wanted = join(root.path, 'mine');
  expect(open(wanted, false)()).toBe(wanted);
  expect(open(wanted, true)()).toBe(wanted);
  await chmod(root.path, 0o700);
  const remedy = expect.stringContaining('every user may enter');
  expect(open(wanted, true)).toThrow(expect.objectContaining({ code: 'config-invalid', remedy }));
  await writeFile(join(root.path, 'file'), '');
  const message = expect.stringContaining(`${join(root.path, 'file')} is not writable`);
  expect(open(join(root.path, 'file'), false)).toThrow(expect.objectContaining({ code: 'config-invalid', message }));
});

test('for the usual folder another one serves, and the user is told', async () => {
  await using root = await makeTemporaryFolder(tmpdir(), 'lk-cache-');
  await writeFile(join(root.path, 'file'), '');
  const told: string[] = [];
  const folder = openCacheFolder({
    wanted: join(root.path, 'file'),
    isNamed: false,
    temporaryRoot: root.path,
    user: { ...self, delegated: false },
    onProgress: (text) => told.push(text),
  });
  expect(folder).toBe(join(root.path, `lockkeeper-cache-${self.uid}`));
  expect(told.join()).toContain('is not writable');
});
