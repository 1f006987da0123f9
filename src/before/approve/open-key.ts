import { readFile } from 'node:fs/promises';
import { publicHalfOf, signWithFile } from '../../foundation/signatures/private-key.js';
import { fingerprintOf, parsePublicKey, type SshPublicKey } from '../../foundation/signatures/ssh-public-key.js';
import { signatureNamespace } from '../../foundation/signatures/ssh-signature.js';
import { UnreadableSignature } from '../../foundation/signatures/ssh-wire.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { findSshKeygen, signWithProgram } from './ssh-keygen.js';

/** A key that somebody signs with. The private half stays in its file, its agent or its hardware. */
export interface SigningKey {
  readonly fingerprint: string;
  readonly keyType: string;
  /** Who signs: `ssh-keygen (OpenSSH_9.2p1)`, or lockkeeper itself. */
  readonly program: string;
  readonly sign: (message: string) => Promise<string>;
}

export interface KeyRequest {
  /** Absolute. */
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onWord: (text: string) => void;
}

/** @throws ChangeSafetyError `usage` for what is no key, `tool-missing` where ssh-keygen is needed and is not there. */
export async function openKey(request: KeyRequest): Promise<SigningKey> {
  const { path, env, signal, onWord } = request;
  const text = await readKeyFile(path);
  const kind = kindOf(text);
  const publicKey = readable(path, () => (kind === 'public' ? parsePublicKey(text) : publicHalfOf(text)));
  const about = { fingerprint: fingerprintOf(publicKey), keyType: publicKey.type };
  // Versions of ssh-keygen differ in whether they read an Ed25519 key in PEM.
  const version = kind === 'pem' ? null : await findSshKeygen(env);
  if (version !== null) {
    const namespace = signatureNamespace;
    const sign = (message: string) => signWithProgram({ env, keyPath: path, message, namespace, signal, onWord });
    return { ...about, program: `ssh-keygen (${version})`, sign };
  }
  refuseWithoutProgram(path, kind, publicKey);
  const sign = async (message: string) => readable(path, () => signWithFile(text, message, signatureNamespace));
  return { ...about, program: 'lockkeeper', sign };
}

type KeyKind = 'public' | 'openssh' | 'pem';

function kindOf(text: string): KeyKind {
  if (text.includes('BEGIN OPENSSH PRIVATE KEY')) return 'openssh';
  return text.includes('PRIVATE KEY') ? 'pem' : 'public';
}

async function readKeyFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw usage(`The key ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  });
}

function readable<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof UnreadableSignature) throw usage(`The key ${path} cannot be used: ${cause.message}.`);
    throw cause;
  }
}

function usage(message: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message,
    remedy:
      'Name the file of a private key, or of the public half of one that an agent holds. `ssh-keygen -t ed25519` makes one.',
    effect: 'none',
  });
}

/** Without the program only keys that lie open in an Ed25519 file can sign. */
function refuseWithoutProgram(path: string, kind: KeyKind, { type }: SshPublicKey): void {
  if (kind !== 'public' && type === 'ssh-ed25519') return;
  throw new ChangeSafetyError({
    code: 'tool-missing',
    message: `ssh-keygen is needed to sign with ${path} (${kind === 'public' ? 'a key of an agent' : type}), and is not found.`,
    remedy: 'Install it (Debian and Ubuntu: openssh-client), or sign with the file of an Ed25519 key.',
    effect: 'none',
  });
}
