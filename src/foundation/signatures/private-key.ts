import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { publicKeyOf, type SshPublicKey } from './ssh-public-key.js';
import { signedBytes, writeEd25519Signature } from './ssh-signature.js';
import { unarmour, UnreadableSignature, WireReader, wireString } from './ssh-wire.js';

const label = 'OPENSSH PRIVATE KEY';
const magic = Buffer.from('openssh-key-v1\0');

/** The public half of a private key's file, which OpenSSH leaves readable when the key has a passphrase. Throws UnreadableSignature. */
export function publicHalfOf(text: string): SshPublicKey {
  return text.includes(label) ? openContainer(text).key : fromPem(text).key;
}

/**
 * Signs as `ssh-keygen -Y sign` does, byte for byte: the way for machines without that program.
 * Throws UnreadableSignature for keys with a passphrase, and for others than Ed25519.
 */
export function signWithFile(text: string, message: string, namespace: string): string {
  const { key, secret } = text.includes(label) ? fromOpenSsh(text) : fromPem(text);
  return writeEd25519Signature(key, namespace, sign(null, signedBytes(message, 'sha512', namespace), secret));
}

interface KeyPair {
  readonly key: SshPublicKey;
  readonly secret: KeyObject;
}

interface Container {
  readonly cipher: string;
  readonly key: SshPublicKey;
  readonly secrets: Buffer;
}

function openContainer(text: string): Container {
  const reader = new WireReader(unarmour(label, text));
  if (!reader.raw(magic.length).equals(magic)) throw new UnreadableSignature('it is no private key of OpenSSH');
  const cipher = reader.text();
  reader.string();
  reader.string();
  if (reader.uint32() !== 1) throw new UnreadableSignature('it holds several keys');
  return { cipher, key: publicKeyOf(reader.string()), secrets: reader.string() };
}

/** Before the 32 bytes of an Ed25519 seed in PKCS #8 (RFC 8410). */
const seedPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

function fromOpenSsh(text: string): KeyPair {
  const { cipher, key, secrets } = openContainer(text);
  if (cipher !== 'none') throw new UnreadableSignature('it has a passphrase');
  const reader = new WireReader(secrets);
  if (reader.uint32() !== reader.uint32()) throw new UnreadableSignature('it is damaged');
  const type = reader.text();
  if (type !== 'ssh-ed25519') throw new UnreadableSignature(`it is of the type ${type}`);
  reader.string();
  const seed = reader.string().subarray(0, 32);
  const secret = createPrivateKey({ key: Buffer.concat([seedPrefix, seed]), format: 'der', type: 'pkcs8' });
  return { key, secret };
}

function fromPem(text: string): KeyPair {
  const secret = readPem(text);
  const { kty, crv, x } = createPublicKey(secret).export({ format: 'jwk' });
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined) throw new UnreadableSignature('it is no Ed25519 key');
  const blob = Buffer.concat([wireString('ssh-ed25519'), wireString(Buffer.from(x, 'base64url'))]);
  return { key: publicKeyOf(blob), secret };
}

function readPem(text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    // What OpenSSL says of it may quote it.
    throw new UnreadableSignature('it is no private key that can be read, or has a passphrase');
  }
}
