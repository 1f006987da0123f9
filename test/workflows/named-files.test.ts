import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { makeTemporaryFolder } from '../../src/foundation/runtime/temporary-folder.js';
import { namedFiles } from '../../src/workflows/named-files.js';

test('files are told from a folder; what is missing or mixed is refused', async () => {
  await using folder = await makeTemporaryFolder(tmpdir(), 'named-');
  await writeFile(join(folder.path, 'a.sql'), '');
  expect(await namedFiles(folder.path, ['a.sql'])).toEqual([join(folder.path, 'a.sql')]);
  expect(await namedFiles(folder.path, [])).toBeNull();
  expect(await namedFiles(folder.path, ['.'])).toBeNull();
  await expect(namedFiles(folder.path, ['b.sql'])).rejects.toMatchObject({
    code: 'usage',
    message: 'Not found: b.sql',
  });
  await expect(namedFiles(folder.path, ['a.sql', '.'])).rejects.toMatchObject({ code: 'usage' });
  await expect(namedFiles(folder.path, ['.', '.'])).rejects.toMatchObject({ code: 'usage' });
});
