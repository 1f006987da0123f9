import { createHash, verify } from 'node:crypto';
import { checkingKey, publicKeyOf, type SshPublicKey } from './ssh-public-key.js';
import { armour, unarmour, UnreadableSignature, unsigned, WireReader, wireString } from './ssh-wire.js';

/** Signatures for one purpose are worth nothing for another: this is lockkeeper's. */
export const signatureNamespace = 'lockkeeper';

const magic = Buffer.from('SSHSIG');
const label = 'SSH SIGNATURE';

/** What an armoured signature says, before anybody checked it. */
export interface SshSignature {
  readonly key: SshPublicKey;
  readonly namespace: string;
  readonly hash: 'sha256' | 'sha512';
  /** `ssh-ed25519`, `rsa-sha2-512`, … */
  readonly algorithm: string;
  /** Of that algorithm; what follows it for hardware keys stands in `rest`. */
  readonly bytes: Buffer;
  readonly rest: Buffer;
}

/** Reads `-----BEGIN SSH SIGNATURE-----`. Throws UnreadableSignature. */
export function parseSshSignature(text: string): SshSignature {
  const reader = new WireReader(unarmour(label, text));
  if (!reader.raw(magic.length).equals(magic)) throw new UnreadableSignature('it is no signature of SSH');
  const version = reader.uint32();
  if (version !== 1) throw new UnreadableSignature(`it has version ${version}, and 1 is known`);
  const key = publicKeyOf(reader.string());
  const namespace = reader.text();
  reader.string();
  const hash = reader.text();
  if (hash !== 'sha256' && hash !== 'sha512') throw new UnreadableSignature(`its hash is ${hash}`);
  const signature = new WireReader(reader.string());
  if (!reader.isAtEnd) throw new UnreadableSignature('something follows it');
  const [algorithm, bytes] = [signature.text(), signature.string()];
  return { key, namespace, hash, algorithm, bytes, rest: restOf(signature) };
}

function restOf(reader: WireReader): Buffer {
  const bytes: Buffer[] = [];
  while (!reader.isAtEnd) bytes.push(reader.raw(1));
  return Buffer.concat(bytes);
}

/** The bytes that are signed in place of a message. */
export function signedBytes(message: string, hash: SshSignature['hash'], namespace: string): Buffer {
  const digest = createHash(hash).update(message).digest();
  return Buffer.concat([magic, wireString(namespace), wireString(''), wireString(hash), wireString(digest)]);
}

/** Whether the key signed the message; who may have that key is another question. Throws UnreadableSignature. */
export function holdsFor(signature: SshSignature, message: string): boolean {
  const { key: publicKey, algorithm, bytes, rest, hash, namespace } = signature;
  const { key, application } = checkingKey(publicKey);
  const wanted = algorithms[publicKey.type] ?? {};
  const digest = wanted[algorithm];
  if (digest === undefined) throw new UnreadableSignature(`its algorithm is ${algorithm}`);
  const plain = signedBytes(message, hash, namespace);
  const signed = application === null ? plain : hardwareBytes(plain, application, rest);
  const isCurve = algorithm.includes('ecdsa');
  const raw = isCurve ? joinHalves(bytes, publicKey.type) : bytes;
  return verify(digest, signed, isCurve ? { key, dsaEncoding: 'ieee-p1363' } : key, raw);
}

/** By the type of key, its algorithms with their digests; null: the algorithm has its own. RSA with SHA-1 is refused. */
const algorithms: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  'ssh-ed25519': { 'ssh-ed25519': null },
  'sk-ssh-ed25519@openssh.com': { 'sk-ssh-ed25519@openssh.com': null },
  'ssh-rsa': { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' },
  'ecdsa-sha2-nistp256': { 'ecdsa-sha2-nistp256': 'sha256' },
  'ecdsa-sha2-nistp384': { 'ecdsa-sha2-nistp384': 'sha384' },
  'ecdsa-sha2-nistp521': { 'ecdsa-sha2-nistp521': 'sha512' },
  'sk-ecdsa-sha2-nistp256@openssh.com': { 'sk-ecdsa-sha2-nistp256@openssh.com': 'sha256' },
};

const userPresent = 1;

/** A hardware key signs digests, with its flags and counter between (PROTOCOL.u2f). Somebody has to have touched it. */
function hardwareBytes(plain: Buffer, application: string, flagsAndCounter: Buffer): Buffer {
  const flags = flagsAndCounter[0] ?? 0;
  if (flagsAndCounter.length !== 5) throw new UnreadableSignature('it lacks the flags of its hardware key');
  if ((flags & userPresent) === 0) throw new UnreadableSignature('nobody touched its hardware key');
  const sha256 = (content: string | Buffer): Buffer => createHash('sha256').update(content).digest();
  return Buffer.concat([sha256(application), flagsAndCounter, sha256(plain)]);
}

const halfLength: Readonly<Record<string, number>> = { nistp256: 32, nistp384: 48, nistp521: 66 };

/** Both numbers of a signature by a curve, in their full lengths. */
function joinHalves(bytes: Buffer, type: string): Buffer {
  const curve = /nistp\d+/.exec(type)?.[0] ?? '';
  const length = halfLength[curve] ?? 0;
  const reader = new WireReader(bytes);
  const halves = [unsigned(reader.string()), unsigned(reader.string())];
  if (halves.some((half) => half.length > length)) throw new UnreadableSignature('its numbers are too large');
  return Buffer.concat(halves.map((half) => Buffer.concat([Buffer.alloc(length - half.length), half])));
}

/** The armoured form of an Ed25519 signature over `signedBytes(message, 'sha512', namespace)`. */
export function writeEd25519Signature(key: SshPublicKey, namespace: string, bytes: Buffer): string {
  const version = Buffer.from([0, 0, 0, 1]);
  const signature = Buffer.concat([wireString('ssh-ed25519'), wireString(bytes)]);
  const fields = [key.blob, namespace, '', 'sha512', signature].map((field) => wireString(field));
  return armour(label, Buffer.concat([magic, version, ...fields]));
}
