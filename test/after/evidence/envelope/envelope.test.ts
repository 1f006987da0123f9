import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  checkEnvelope,
  openEnvelope,
  payloadType,
  preAuthEncoding,
  sealEnvelope,
} from '../../../../src/after/evidence/envelope/envelope.js';
import { parseAllowedSigners } from '../../../../src/foundation/signatures/allowed-signers.js';
import { publicHalfOf, signWithFile } from '../../../../src/foundation/signatures/private-key.js';
import { publicKeyText } from '../../../../src/foundation/signatures/ssh-public-key.js';

const pem = createPrivateKey(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  .export({ type: 'pkcs8', format: 'pem' })
  .toString();
const signer = { fingerprint: 'SHA256:x', sign: async (message: string) => signWithFile(pem, message, 'lockkeeper') };
const { signers } = parseAllowedSigners(`bob@example.com ${publicKeyText(publicHalfOf(pem))}`);
const at = new Date();

test('the text that is signed is that of the specification’s example, lengths in bytes', () => {
  expect(preAuthEncoding('http://example.com/HelloWorld', 'hello world')).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  );
  expect(preAuthEncoding('t', 'ä')).toBe('DSSEv1 1 t 2 ä');
});

test('what was sealed opens, and whoever sealed it is known', async () => {
  const text = JSON.stringify(await sealEnvelope('{"a":"ä"}', signer));
  const { envelope, payload } = openEnvelope(text);
  expect(payload).toBe('{"a":"ä"}');
  expect(envelope.payloadType).toBe(payloadType);
  expect(checkEnvelope(envelope, payload, { signers, at })).toMatchObject({ ok: true, principal: 'bob@example.com' });
});

test('another payload, another key and no signature do not pass', async () => {
  const envelope = await sealEnvelope('{}', signer);
  expect(checkEnvelope(envelope, '{ }', { signers, at })).toMatchObject({ ok: false });
  expect(checkEnvelope(envelope, '{}', { signers: [], at })).toMatchObject({
    problem: expect.stringContaining('no allowed signer'),
  });
  expect(checkEnvelope(await sealEnvelope('{}', null), '{}', { signers, at })).toEqual({
    ok: false,
    problem: 'nobody signed it',
  });
  expect(checkEnvelope({ ...envelope, signatures: [{ keyid: '', sig: 'AAAA' }] }, '{}', { signers, at })).toMatchObject(
    { ok: false },
  );
});

test.each([
  ['no JSON', '{'],
  ['no envelope', '{}'],
  ['another type', JSON.stringify({ payloadType: 'text/plain', payload: '', signatures: [] })],
  ['no base64', JSON.stringify({ payloadType, payload: 'e30!', signatures: [] })],
])('%s is refused', (_, text) => {
  expect(() => openEnvelope(text)).toThrow(/^it|^its/);
});
