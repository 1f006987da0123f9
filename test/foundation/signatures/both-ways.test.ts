import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { parseAllowedSigners } from '../../../src/foundation/signatures/allowed-signers.js';
import { checkSignature } from '../../../src/foundation/signatures/check-signature.js';
import { publicHalfOf, signWithFile } from '../../../src/foundation/signatures/private-key.js';
import { fingerprintOf, publicKeyText } from '../../../src/foundation/signatures/ssh-public-key.js';
import { hasSshKeygen, openKeyFolder, sshKeygen } from '../../support/ssh-keys.js';

const message = '{"kind":"approval","target":"production"}';
const now = new Date('2026-06-01T12:00:00Z');

describe.skipIf(!hasSshKeygen)('ssh-keygen and this code agree', () => {
  const keys = openKeyFolder();
  afterAll(() => keys[Symbol.dispose]());

  function check(signers: string, signature: string, what: { text?: string; namespace?: string } = {}) {
    const { text = message, namespace = 'lockkeeper' } = what;
    const signed = { message: text, signature, namespace, principal: 'alice@example.com' };
    const ours = checkSignature(signed, parseAllowedSigners(signers).signers, now);
    const [list, sig] = [keys.write('signers', signers), keys.write('sig', signature)];
    const args = ['-Y', 'verify', '-f', list, '-I', signed.principal, '-n', namespace, '-s', sig];
    const theirs = sshKeygen([...args, '-O', 'verify-time=20260601120000Z'], text);
    return { ours, theirs: theirs.status === 0 };
  }

  test.each(['ed25519', 'rsa', 'ecdsa'])('on what a key of the type %s signed', (type) => {
    const key = keys.makeKey(`check-${type}`, type);
    const { stdout } = sshKeygen(['-q', '-Y', 'sign', '-f', key.path, '-n', 'lockkeeper'], message);
    const signers = `alice@example.com ${key.publicKey}\n`;
    expect(check(signers, stdout)).toMatchObject({ ours: { ok: true, principal: 'alice@example.com' }, theirs: true });
    const other = check(signers, stdout, { text: `${message} ` });
    expect(other).toMatchObject({ ours: { ok: false, fault: 'tampered' }, theirs: false });
  });

  test.each([
    ['of ECDSA with the longest numbers', ['-t', 'ecdsa', '-b', '521']],
    ['of ECDSA with 384 bits', ['-t', 'ecdsa', '-b', '384']],
  ])('on a key %s', (name, args) => {
    const path = keys.write(name.replaceAll(' ', '-'), '');
    const made = sshKeygen(['-q', ...args, '-N', '', '-f', path], 'y\n');
    expect(made.status).toBe(0);
    const { stdout } = sshKeygen(['-q', '-Y', 'sign', '-f', path, '-n', 'lockkeeper'], message);
    const signers = `alice@example.com ${readFileSync(`${path}.pub`, 'utf8')}`;
    expect(check(signers, stdout)).toMatchObject({ ours: { ok: true }, theirs: true });
  });

  test('on what this code signed, which is the very same text', () => {
    const key = keys.makeKey('ours');
    const text = readFileSync(key.path, 'utf8');
    const signature = signWithFile(text, message, 'lockkeeper');
    const { stdout } = sshKeygen(['-q', '-Y', 'sign', '-f', key.path, '-n', 'lockkeeper'], message);
    expect(signature).toBe(stdout);
    expect(check(`alice@example.com ${key.publicKey}`, signature)).toMatchObject({ ours: { ok: true }, theirs: true });
    expect(publicKeyText(publicHalfOf(text))).toBe(key.publicKey);
    expect(sshKeygen(['-l', '-f', key.path]).stdout).toContain(fingerprintOf(publicHalfOf(text)));
  });

  const key = keys.makeKey('lines');
  const stranger = keys.makeKey('stranger');
  const signature = sshKeygen(['-q', '-Y', 'sign', '-f', key.path, '-n', 'lockkeeper'], message).stdout;

  test.each([
    ['a pattern', `*@example.com ${key.publicKey}`, true],
    ['several names', `bob@example.com,alice@example.com ${key.publicKey}`, true],
    ['a name that is left out', `*@example.com,!alice@example.com ${key.publicKey}`, false],
    ['quoted names', `"alice@example.com,bob@example.com" ${key.publicKey}`, true],
    ['a question mark', `?lice@example.com ${key.publicKey}`, true],
    ['another name', `bob@example.com ${key.publicKey}`, false],
    ['another key', `alice@example.com ${stranger.publicKey}`, false],
    ['its namespace', `alice@example.com namespaces="file,lockkeeper" ${key.publicKey}`, true],
    ['another namespace', `alice@example.com namespaces="git" ${key.publicKey}`, false],
    ['a time that has come', `alice@example.com valid-after="20260101Z" ${key.publicKey}`, true],
    ['a time that has not', `alice@example.com valid-after="20270101" ${key.publicKey}`, false],
    ['a time that is over', `alice@example.com valid-before="202605010000Z" ${key.publicKey}`, false],
    ['the very last second', `alice@example.com valid-before="20260601120000Z" ${key.publicKey}`, true],
    ['both times', `alice@example.com valid-after="20260101Z",valid-before="20261231Z" ${key.publicKey}`, true],
    ['times in the local zone', `alice@example.com valid-before="20260601115900" ${key.publicKey}`, null],
    ['a comment before it', `# alice\n\n  alice@example.com ${key.publicKey} her laptop`, true],
    ['letters of another case', `Alice@example.com ${key.publicKey}`, false],
  ])('on a line with %s', (_, line, expected) => {
    const { ours, theirs } = check(`${line}\n`, signature);
    expect(ours.ok).toBe(theirs);
    if (expected !== null) expect(theirs).toBe(expected);
  });

  test('on a signature for another purpose', () => {
    const { stdout } = sshKeygen(['-q', '-Y', 'sign', '-f', key.path, '-n', 'git'], message);
    expect(check(`alice@example.com ${key.publicKey}`, stdout)).toMatchObject({ ours: { ok: false }, theirs: false });
  });

  test('a key with a passphrase shows its public half, and signs nothing here', () => {
    const locked = keys.makeKey('locked', 'ed25519', 'correct horse');
    const text = readFileSync(locked.path, 'utf8');
    expect(publicKeyText(publicHalfOf(text))).toBe(locked.publicKey);
    expect(() => signWithFile(text, message, 'lockkeeper')).toThrow('passphrase');
  });
});
