import type { StatementFault } from '../../model/approval.js';
import { type AllowedSigner, isPlain, matchesPatterns } from './allowed-signers.js';
import { fingerprintOf, publicKeyText } from './ssh-public-key.js';
import { holdsFor, parseSshSignature, type SshSignature } from './ssh-signature.js';
import { UnreadableSignature } from './ssh-wire.js';

export interface SignedMessage {
  readonly message: string;
  /** Armoured. */
  readonly signature: string;
  readonly namespace: string;
  /** Who the signer says they are; null: whoever has the key. */
  readonly principal: string | null;
}

export type SignatureCheck =
  | { readonly ok: true; readonly principal: string; readonly fingerprint: string; readonly keyType: string }
  | {
      readonly ok: false;
      readonly fault: StatementFault;
      readonly problem: string;
      readonly fingerprint: string | null;
    };

/**
 * Whether a message is signed by somebody who may, at a time; needs nothing but the values. Never throws: what is wrong is
 * the answer.
 */
export function checkSignature(signed: SignedMessage, signers: readonly AllowedSigner[], at: Date): SignatureCheck {
  let signature: SshSignature;
  let isTrue: boolean;
  try {
    signature = parseSshSignature(signed.signature);
    isTrue = holdsFor(signature, signed.message);
  } catch (cause) {
    if (!(cause instanceof UnreadableSignature)) throw cause;
    return {
      ok: false,
      fault: 'unreadable',
      problem: `the signature cannot be checked: ${cause.message}`,
      fingerprint: null,
    };
  }
  const fingerprint = fingerprintOf(signature.key);
  const no = (fault: StatementFault, problem: string): SignatureCheck => ({ ok: false, fault, problem, fingerprint });
  if (signature.namespace !== signed.namespace) {
    return no('unreadable', `the signature is for the namespace ${signature.namespace}, not ${signed.namespace}`);
  }
  if (!isTrue) return no('tampered', 'the signature is not of this statement');
  const lines = signers.filter(({ key }) => publicKeyText(key) === publicKeyText(signature.key));
  if (lines.length === 0) return no('unknown key', `no allowed signer has the key ${fingerprint}`);
  const own = lines.filter(
    ({ principals }) => signed.principal === null || matchesPatterns(signed.principal, principals),
  );
  if (own.length === 0) return no('unknown key', `the key ${fingerprint} is not of ${signed.principal ?? 'anybody'}`);
  const faults = own.map((line) => faultOf(line, signed.namespace, at));
  const found = own.find((_, index) => faults[index] === null);
  if (found === undefined) return no('key not valid', `the key ${fingerprint} ${faults[0] ?? ''}`);
  const principal = signed.principal ?? found.principals.find(isPlain) ?? found.principals[0] ?? '';
  return { ok: true, principal, fingerprint, keyType: signature.key.type };
}

function faultOf({ line, namespaces, validAfter, validBefore }: AllowedSigner, namespace: string, at: Date) {
  const where = `by line ${line} of the allowed signers`;
  if (namespaces !== null && !matchesPatterns(namespace, namespaces)) return `is not for ${namespace} ${where}`;
  if (validAfter !== null && at < validAfter) return `is valid only after ${validAfter.toISOString()} ${where}`;
  if (validBefore !== null && at > validBefore) return `was valid until ${validBefore.toISOString()} ${where}`;
  return null;
}
