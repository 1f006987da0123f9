import { chmodSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  findUnprivilegedAccount,
  isReachableByAnybody,
} from '../../../../src/foundation/postgres/server/server-user.js';
import { makeTemporaryFolder } from '../../../../src/foundation/runtime/temporary-folder.js';

const root = 'root:x:0:0:root:/root:/bin/bash\n';
const nobody = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n';

test('postgres is preferred, nobody does, root never', () => {
  const postgres = 'postgres:x:101:104::/var/lib/postgresql:/bin/bash\n';
  expect(findUnprivilegedAccount(root + nobody + postgres)).toEqual({ uid: 101, gid: 104 });
  expect(findUnprivilegedAccount(root + nobody)).toEqual({ uid: 65534, gid: 65534 });
  expect(findUnprivilegedAccount(`${root}postgres:x:0:0::/:/bin/sh\n`)).toBeNull();
});

test('one closed folder on the way is enough to keep others out', async () => {
  await using folder = await makeTemporaryFolder(tmpdir(), 'reach-test-');
  const inner = join(folder.path, 'open', 'inner');
  mkdirSync(inner, { recursive: true });
  expect(isReachableByAnybody(inner)).toBe(false);
  chmodSync(folder.path, 0o711);
  expect(isReachableByAnybody(inner)).toBe(true);
  expect(isReachableByAnybody(join(inner, 'not', 'made', 'yet'))).toBe(true);
});
