import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { UnreadableSignature, unsigned, WireReader } from './ssh-wire.js';

/** A public key as SSH has it. */
export interface SshPublicKey {
  readonly type: string;
  readonly blob: Buffer;
}

/** The key of a `.pub` file, or of a line's `ssh-ed25519 AAAA…`. Throws UnreadableSignature. */
export function parsePublicKey(text: string): SshPublicKey {
  const [type = '', base64 = ''] = text.trim().split(/\s+/);
  if (!/^[A-Za-z0-9+/]+=*$/.test(base64)) throw new UnreadableSignature('it is no public key of SSH');
  const key = publicKeyOf(Buffer.from(base64, 'base64'));
  if (key.type !== type) throw new UnreadableSignature(`it says ${type}, and holds a key of the type ${key.type}`);
  return key;
}

export function publicKeyOf(blob: Buffer): SshPublicKey {
  return { type: new WireReader(blob).text(), blob };
}

/** As a `.pub` file has it, without a comment. */
export function publicKeyText({ type, blob }: SshPublicKey): string {
  return `${type} ${blob.toString('base64')}`;
}

/** `SHA256:…`, as ssh-keygen prints it. */
export function fingerprintOf({ blob }: SshPublicKey): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** A key that can check signatures, and what else has to be known of it. */
export interface CheckingKey {
  readonly key: KeyObject;
  /** `ssh:` and the like, which a hardware key signs along; null for others. */
  readonly application: string | null;
}

/** Throws UnreadableSignature for types that are not known here: DSA, and certificates. */
export function checkingKey({ type, blob }: SshPublicKey): CheckingKey {
  const reader = new WireReader(blob);
  reader.string();
  switch (type) {
    case 'ssh-ed25519':
      return { key: ed25519Key(reader.string()), application: null };
    case 'sk-ssh-ed25519@openssh.com':
      return { key: ed25519Key(reader.string()), application: reader.text() };
    case 'ssh-rsa': {
      const [e, n] = [unsigned(reader.string()), unsigned(reader.string())];
      return { key: fromJwk({ kty: 'RSA', e: base64url(e), n: base64url(n) }), application: null };
    }
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
      return { key: ecKey(reader), application: null };
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return { key: ecKey(reader), application: reader.text() };
    default:
      throw new UnreadableSignature(`keys of the type ${type} cannot be checked`);
  }
}

function ed25519Key(point: Buffer): KeyObject {
  return fromJwk({ kty: 'OKP', crv: 'Ed25519', x: base64url(point) });
}

const curves: Readonly<Record<string, string>> = { nistp256: 'P-256', nistp384: 'P-384', nistp521: 'P-521' };

function ecKey(reader: WireReader): KeyObject {
  const curve = curves[reader.text()] ?? '';
  const point = reader.string();
  const half = (point.length - 1) / 2;
  if (point[0] !== 4 || !Number.isInteger(half)) throw new UnreadableSignature('its key is no point of a curve');
  const [x, y] = [base64url(point.subarray(1, 1 + half)), base64url(point.subarray(1 + half))];
  return fromJwk({ kty: 'EC', crv: curve, x, y });
}

function fromJwk(key: Readonly<Record<string, string>>): KeyObject {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    throw new UnreadableSignature('its public key is broken');
  }
}

function base64url(bytes: Buffer): string {
  return bytes.toString('base64url');
}
