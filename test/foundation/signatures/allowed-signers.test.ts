import { describe, expect, test } from 'vitest';
import { matchesPatterns, parseAllowedSigners } from '../../../src/foundation/signatures/allowed-signers.js';
import { checkSignature } from '../../../src/foundation/signatures/check-signature.js';
import { knowPeople } from '../../../src/foundation/signatures/people.js';
import { fingerprintOf } from '../../../src/foundation/signatures/ssh-public-key.js';

/** Made with ssh-keygen 9.2: `printf statement | ssh-keygen -Y sign -f key -n lockkeeper`. */
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPp/FaQ+5h0p30E0B5DfodPte3K1+s6PMWV9PU4dZHgz';
const signature = `-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg+n8VpD7mHSnfQTQHkN+h0+17cr
X6zo8xZX09Th1keDMAAAAKbG9ja2tlZXBlcgAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gt
ZWQyNTUxOQAAAEDwBt1IbrmC+bedLgPzKsn3zWhe4M1TwT47Hh3+66G0sdrOMb7Ion5CKl
Xwcm4lEQvLUcLhiMtm/HlvrvcLuj8H
-----END SSH SIGNATURE-----
`;
const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEtmN1Ym9kWDtFs+otEJRhvVYwU616WgkYDs/CPtO3hy';
const now = new Date('2026-06-01T12:00:00Z');

function check(lines: string, message = 'statement', text = signature) {
  const signed = { message, signature: text, namespace: 'lockkeeper', principal: null };
  return checkSignature(signed, parseAllowedSigners(lines).signers, now);
}

describe('a signature, without any program', () => {
  test('holds for its message and whoever has the key', () => {
    expect(check(`bob@x.org ${other}\nalice@x.org ${key}\n`)).toMatchObject({ ok: true, principal: 'alice@x.org' });
    expect(check(`*@x.org,alice@x.org ${key}`)).toMatchObject({ ok: true, principal: 'alice@x.org' });
  });

  const lines = `alice@x.org ${key}`;
  test.each([
    ['another message', { message: 'statement ' }, 'tampered'],
    ['a key that nobody has', { lines: `alice@x.org ${other}` }, 'unknown key'],
    ['a key that is over', { lines: `alice@x.org valid-before="20260101Z" ${key}` }, 'key not valid'],
    ['no armour', { text: 'U1NIU0lH' }, 'unreadable'],
    ['an end that is missing', { text: signature.replace(/.{12}(\n-----END)/, '$1') }, 'unreadable'],
    ['a changed byte', { text: signature.replace('U1NIU0lH', 'U1NIU0lI') }, 'unreadable'],
  ])('does not hold with %s', (_, fields, fault) => {
    const asked = { lines, message: 'statement', text: signature, ...fields };
    expect(check(asked.lines, asked.message, asked.text)).toMatchObject({ ok: false, fault });
  });
});

describe('the file of allowed signers', () => {
  test.each([
    [`* cert-authority ${key}`, 'line 1: cert-authority is not supported'],
    [`\nalice@x.org ssh-ed25519 nonsense!`, 'line 2: it is no public key'],
    [`alice@x.org ssh-rsa ${key.split(' ')[1] ?? ''}`, 'it says ssh-rsa, and holds a key of the type ssh-ed25519'],
    [`alice@x.org valid-before="soon" ${key}`, 'soon is no time'],
    [`alice@x.org verify-required ${key}`, 'its option verify-required is not known'],
    ['alice@x.org', 'line 1'],
  ])('says what is wrong with %j', (text, fault) => {
    const { faults } = parseAllowedSigners(text);
    expect(faults).toEqual([expect.stringContaining(fault)]);
  });

  test('patterns are those of OpenSSH', () => {
    expect(matchesPatterns('a.b', ['a.b'])).toBe(true);
    expect(matchesPatterns('axb', ['a.b'])).toBe(false);
    expect(matchesPatterns('alice', ['*', '!al*'])).toBe(false);
    expect(matchesPatterns('alice', ['!bob'])).toBe(false);
  });
});

test('lines that share a name or a key are of one person', () => {
  const { signers } = parseAllowedSigners(
    `alice@x.org,alice@home ${key}\nAlice@Home ${other}\n*@company.org ${other}\n`,
  );
  const people = knowPeople(signers);
  const prints = signers.map((signer) => fingerprintOf(signer.key));
  expect(prints.map(people.ofKey)).toEqual(
    ['alice@x.org', 'alice@x.org', 'alice@x.org'].map(() => people.ofKey(prints[0] ?? '')),
  );
  expect(people.ofName('ALICE@X.ORG')).toBe(people.ofName('anybody@company.org'));
  expect(people.ofName('bob@x.org')).toBeNull();
  expect(people.ofKey('SHA256:none')).toBeNull();
});
