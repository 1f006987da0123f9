import { armour, unarmour, UnreadableSignature } from '../../../foundation/signatures/ssh-wire.js';
import { checkSignature } from '../../../foundation/signatures/check-signature.js';
import { signatureNamespace } from '../../../foundation/signatures/ssh-signature.js';
import type { AllowedSigner } from '../../../foundation/signatures/allowed-signers.js';
import type { DsseEnvelope } from '../../../model/evidence-bundle.js';

export const payloadType = 'application/vnd.in-toto+json';

const label = 'SSH SIGNATURE';

/** What is signed in place of a payload, by the specification of DSSE: its type and itself, each behind its length in bytes. */
export function preAuthEncoding(type: string, payload: string): string {
  const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');
  return `DSSEv1 ${bytes(type)} ${type} ${bytes(payload)} ${payload}`;
}

/** Whoever signs an envelope: gives an armoured SSH signature of the namespace `lockkeeper`. */
export interface EnvelopeSigner {
  /** `SHA256:…` */
  readonly fingerprint: string;
  readonly sign: (message: string) => Promise<string>;
}

/** An envelope around a payload; without a signer it has no signature, which whoever verifies it is told. */
export async function sealEnvelope(payload: string, signer: EnvelopeSigner | null): Promise<DsseEnvelope> {
  const signatures =
    signer === null
      ? []
      : [{ keyid: signer.fingerprint, sig: bare(await signer.sign(preAuthEncoding(payloadType, payload))) }];
  return { payloadType, payload: Buffer.from(payload, 'utf8').toString('base64'), signatures };
}

/** The bytes between the lines of dashes: DSSE has signatures in base64. */
function bare(armoured: string): string {
  return unarmour(label, armoured).toString('base64');
}

export type EnvelopeCheck =
  | { readonly ok: true; readonly principal: string; readonly fingerprint: string }
  | { readonly ok: false; readonly problem: string };

/** Whether somebody whom the allowed signers know signed the payload, with a key that was valid then. Never throws. */
export function checkEnvelope(
  { signatures }: DsseEnvelope,
  payload: string,
  { signers, at }: { readonly signers: readonly AllowedSigner[]; readonly at: Date },
): EnvelopeCheck {
  const message = preAuthEncoding(payloadType, payload);
  const problems: string[] = [];
  for (const { sig } of signatures) {
    const signature = armour(label, Buffer.from(sig, 'base64'));
    const check = checkSignature({ message, signature, namespace: signatureNamespace, principal: null }, signers, at);
    if (check.ok) return { ok: true, principal: check.principal, fingerprint: check.fingerprint };
    problems.push(check.problem.replace('of this statement', 'of this payload'));
  }
  return { ok: false, problem: problems.length === 0 ? 'nobody signed it' : problems.join('; ') };
}

/** The envelope that a text holds, and its payload. @throws UnreadableSignature for what is none. */
export function openEnvelope(text: string): { readonly envelope: DsseEnvelope; readonly payload: string } {
  const envelope = parse(text);
  if (!isEnvelope(envelope)) throw new UnreadableSignature('it is no DSSE envelope');
  if (envelope.payloadType !== payloadType) {
    throw new UnreadableSignature(`its payload is of the type ${envelope.payloadType}, not ${payloadType}`);
  }
  const bytes = Buffer.from(envelope.payload, 'base64');
  // Node skips what is no base64: then two texts would be one payload.
  if (bytes.toString('base64') !== envelope.payload) throw new UnreadableSignature('its payload is no base64');
  return { envelope, payload: bytes.toString('utf8') };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableSignature('it is no JSON');
  }
}

function isEnvelope(value: unknown): value is DsseEnvelope {
  if (typeof value !== 'object' || value === null) return false;
  const { payloadType: type, payload, signatures } = value as Partial<Record<keyof DsseEnvelope, unknown>>;
  return (
    typeof type === 'string' &&
    typeof payload === 'string' &&
    Array.isArray(signatures) &&
    signatures.every(isSignature)
  );
}

function isSignature(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'sig' in value && typeof value.sig === 'string';
}
