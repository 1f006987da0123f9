import { generateKeyPairSync } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { openKey } from '../../../src/before/approve/open-key.js';
import { checkWithProgram, findSshKeygen } from '../../../src/before/approve/ssh-keygen.js';
import { parseAllowedSigners } from '../../../src/foundation/signatures/allowed-signers.js';
import { checkSignature } from '../../../src/foundation/signatures/check-signature.js';
import { publicHalfOf } from '../../../src/foundation/signatures/private-key.js';
import { publicKeyText } from '../../../src/foundation/signatures/ssh-public-key.js';
import { hasSshKeygen, openKeyFolder } from '../../support/ssh-keys.js';

const signal = new AbortController().signal;
const nothingThere = { PATH: '/nowhere' };
const open = (path: string, env: Readonly<Record<string, string | undefined>> = process.env) =>
  openKey({ path, env, signal, onWord: () => undefined });

describe('without ssh-keygen', () => {
  const keys = openKeyFolder();
  afterAll(() => keys[Symbol.dispose]());
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const path = keys.write('pem', pem);

  test('an Ed25519 key signs all the same', async () => {
    const key = await open(path, nothingThere);
    expect(key).toMatchObject({ program: 'lockkeeper', keyType: 'ssh-ed25519' });
    const { signers } = parseAllowedSigners(`alice@x.org ${publicKeyText(publicHalfOf(pem))}`);
    const signed = { message: 'm', signature: await key.sign('m'), namespace: 'lockkeeper', principal: null };
    expect(checkSignature(signed, signers, new Date())).toMatchObject({ ok: true, fingerprint: key.fingerprint });
  });

  test('a key of an agent needs the program, which is named', async () => {
    const held = keys.write('held.pub', `${publicKeyText(publicHalfOf(pem))} a comment\n`);
    await expect(open(held, nothingThere)).rejects.toMatchObject({
      code: 'tool-missing',
      remedy: expect.stringContaining('openssh-client'),
    });
  });

  test.each([
    ['is not there', () => `${path}-nowhere`],
    ['is no key', () => keys.write('text', 'hello')],
    ['is broken', () => keys.write('broken', pem.replace(/^M/m, 'N'))],
  ])('a file that %s is refused, and nothing of it shown', async (_, make) => {
    await expect(open(make(), nothingThere)).rejects.toMatchObject({ code: 'usage' });
  });

  test('it is not found', async () => {
    expect(await findSshKeygen(nothingThere)).toBeNull();
  });
});

describe.skipIf(!hasSshKeygen)('with ssh-keygen', () => {
  const keys = openKeyFolder();
  afterAll(() => keys[Symbol.dispose]());

  test.each(['ed25519', 'ecdsa'])('a key of the type %s signs through it, and it finds that right', async (type) => {
    const { path, publicKey } = keys.makeKey(type, type);
    const key = await open(path);
    expect(key.program).toMatch(/^ssh-keygen \(OpenSSH_/);
    const signersPath = keys.write(`${type}-signers`, `alice@x.org ${publicKey}\n`);
    const about = { env: process.env, signal, signersPath, principal: 'alice@x.org', namespace: 'lockkeeper' };
    const check = { ...about, message: 'm', signature: await key.sign('m'), at: new Date() };
    expect(await checkWithProgram(check)).toBeNull();
    expect(await checkWithProgram({ ...check, message: 'n' })).not.toBeNull();
  });

  test('what it says about a key that it cannot use is told, and the key is not', async () => {
    const { path } = keys.makeKey('locked', 'ed25519', 'correct horse');
    const key = await openKey({
      path,
      env: { ...process.env, SSH_ASKPASS: '/bin/false', SSH_ASKPASS_REQUIRE: 'force', DISPLAY: 'none' },
      signal,
      onWord: () => undefined,
    });
    await expect(key.sign('m')).rejects.toMatchObject({ code: 'command-failed' });
    await expect(key.sign('m')).rejects.not.toThrow('PRIVATE');
  });
});
