import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withFileLock } from '../../../src/foundation/runtime/file-lock.js';
import { identifyOwnProcess } from '../../../src/foundation/runtime/process-identity.js';
import { makeTemporaryFolder } from '../../../src/foundation/runtime/temporary-folder.js';

test('work under one lock never overlaps', async () => {
  await using folder = await makeTemporaryFolder(tmpdir(), 'lock-test-');
  const path = join(folder.path, 'lock');
  let inside = 0;
  let most = 0;
  let waits = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 30));
    inside -= 1;
  };
  await Promise.all([1, 2, 3].map(() => withFileLock(path, work, { onWait: () => (waits += 1) })));
  expect(most).toBe(1);
  expect(waits).toBe(2);
});

test('the lock of a dead process is taken over, and gone after work that failed', async () => {
  await using folder = await makeTemporaryFolder(tmpdir(), 'lock-test-');
  const path = join(folder.path, 'lock');
  await writeFile(path, JSON.stringify({ ...identifyOwnProcess(), startedAt: 'long ago' }));
  await expect(withFileLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withFileLock(path, () => Promise.resolve('done'))).toBe('done');
});

test('who waits for a lock can be interrupted', async () => {
  await using folder = await makeTemporaryFolder(tmpdir(), 'lock-test-');
  const path = join(folder.path, 'lock');
  await writeFile(path, JSON.stringify(identifyOwnProcess()));
  const signal = AbortSignal.timeout(60);
  await expect(withFileLock(path, () => Promise.resolve('done'), { signal })).rejects.toThrow(/abort/i);
});
