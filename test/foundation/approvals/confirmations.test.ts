import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  checkConfirmation,
  type ConfirmationContent,
  confirmationDigest,
  confirmationText,
} from '../../../src/foundation/approvals/confirmations.js';
import { readSignerBook } from '../../../src/foundation/approvals/see-statements.js';
import { fingerprintOf, publicKeyText } from '../../../src/foundation/signatures/ssh-public-key.js';
import { signatureNamespace } from '../../../src/foundation/signatures/ssh-signature.js';
import { publicHalfOf, signWithFile } from '../../../src/foundation/signatures/private-key.js';
import type { ConfirmationReport } from '../../../src/model/confirmation.js';

const newKey = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const [alice, mallory] = [newKey(), newKey()];
const line = (name: string, key: string, more = '') =>
  `${name}@example.com ${more}${publicKeyText(publicHalfOf(key))}\n`;
const { signers } = readSignerBook(line('alice', alice));

const content: ConfirmationContent = {
  changeDigest: 'c'.repeat(64),
  target: 'production',
  item: 'ticket',
  title: 'There is a ticket with the rollback plan',
  state: 'done',
  role: 'engineer',
  by: { git: 'Alice <alice@example.com>', osUser: 'alice', host: 'desk' },
  note: 'OPS-17',
  at: '2026-03-01T12:00:00.000Z',
};

function sign(key: string, said: ConfirmationContent = content, principal = 'alice@example.com'): ConfirmationReport {
  const digest = confirmationDigest(said);
  const signature = signWithFile(key, confirmationText(said, digest), signatureNamespace);
  const signer = { principal, fingerprint: fingerprintOf(publicHalfOf(key)), keyType: 'ssh-ed25519' };
  const tool = { name: 'lockkeeper', version: '0' } as const;
  return { kind: 'confirmation', version: 1, tool, ...said, signed: { digest, signer, signature } };
}

const whole = { isWhole: true, signers };
const signed = sign(alice);

test('a signature holds, by whoever the allowed signers say', () => {
  const fingerprint = fingerprintOf(publicHalfOf(alice));
  expect(checkConfirmation(signed, whole)).toEqual({ state: 'holds', principal: 'alice@example.com', fingerprint });
  expect(checkConfirmation(signed, { ...whole, signers: null })).toEqual({
    state: 'holds',
    principal: null,
    fingerprint,
  });
});

test('without a signature it is unsigned, in records of before there were any too', () => {
  expect(checkConfirmation({ ...signed, signed: null }, whole)).toEqual({ state: 'unsigned' });
  const { signed: _, ...older } = signed;
  expect(checkConfirmation(older as ConfirmationReport, whole)).toEqual({ state: 'unsigned' });
});

describe.each([
  ['with the allowed signers', signers],
  ['without them', null],
] as const)('what was changed afterwards is found %s', (_, known) => {
  test.each<[string, Partial<ConfirmationReport>]>([
    ['the note', { note: 'OPS-18' }],
    ['the title', { title: 'There is none' }],
    ['the role', { role: 'architect' }],
    ['the state', { state: 'not applicable' }],
    ['the time', { at: '2026-03-02T12:00:00.000Z' }],
    ['the item', { item: 'peer-review' }],
    ['the change', { changeDigest: 'd'.repeat(64) }],
    ['the target', { target: 'staging' }],
    ['who', { by: { ...content.by, osUser: 'bob' } }],
  ])('%s', (_name, change) => {
    const check = checkConfirmation({ ...signed, ...change }, { isWhole: true, signers: known });
    expect(check).toMatchObject({ state: 'faulty', fault: 'tampered' });
  });

  test('the digest with it', () => {
    const note = 'OPS-18';
    const digest = confirmationDigest({ ...content, note });
    const body = { ...signed, note, signed: { ...signed.signed!, digest } };
    expect(checkConfirmation(body, { isWhole: true, signers: known })).toMatchObject({ fault: 'tampered' });
  });

  test('bytes of the signature', () => {
    const body = { ...signed, signed: { ...signed.signed!, signature: 'none' } };
    expect(checkConfirmation(body, { isWhole: true, signers: known })).toMatchObject({ fault: 'unreadable' });
  });
});

test('in another one’s name it does not count', () => {
  expect(checkConfirmation(sign(mallory), whole)).toMatchObject({ state: 'faulty', fault: 'unknown key' });
  const both = readSignerBook(line('alice', alice) + line('mallory', mallory)).signers;
  expect(checkConfirmation(sign(mallory), { isWhole: true, signers: both })).toMatchObject({
    fault: 'tampered',
    problem: 'it says that alice@example.com signed it, and the key is mallory@example.com’s',
  });
  const late = readSignerBook(line('alice', alice, 'valid-after="20260401" ')).signers;
  expect(checkConfirmation(signed, { isWhole: true, signers: late })).toMatchObject({ fault: 'key not valid' });
});

test('redacted, it holds for what is left', () => {
  const redacted = { ...signed, note: '…', title: '…', by: { ...content.by, git: '…' } };
  expect(checkConfirmation(redacted, { isWhole: false, signers })).toMatchObject({ state: 'holds' });
  const other = { ...redacted, role: 'architect' };
  expect(checkConfirmation(other, { isWhole: false, signers })).toMatchObject({ fault: 'tampered' });
});
