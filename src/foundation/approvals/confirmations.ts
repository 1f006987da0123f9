import type { StatementFault } from '../../model/approval.js';
import type { ConfirmationReport } from '../../model/confirmation.js';
import { canonicalJson } from '../records/canonical-json.js';
import { digest } from '../records/digest.js';
import type { AllowedSigner } from '../signatures/allowed-signers.js';
import { checkSignature } from '../signatures/check-signature.js';
import { fingerprintOf } from '../signatures/ssh-public-key.js';
import { holdsFor, parseSshSignature, signatureNamespace } from '../signatures/ssh-signature.js';
import { UnreadableSignature } from '../signatures/ssh-wire.js';

/** What somebody says, before it is signed. */
export type ConfirmationContent = Omit<ConfirmationReport, 'kind' | 'version' | 'tool' | 'signed'>;

/** Of everything that is said, texts too. */
export function confirmationDigest(content: ConfirmationContent): string {
  const { changeDigest, target, item, title, state, role, by, note, at } = content;
  return digest('body', canonicalJson({ changeDigest, target, item, title, state, role, by, note, at }));
}

/** The text that is signed: its texts stand in it as their digest, so that they may be left out of an export. */
export function confirmationText(content: ConfirmationContent, contentDigest: string): string {
  const { changeDigest, target, item, state, role, at } = content;
  return canonicalJson({
    kind: 'confirmation',
    version: 1,
    changeDigest,
    target,
    item,
    state,
    role,
    at,
    digest: contentDigest,
  });
}

/** How a confirmation is signed. */
export type ConfirmationCheck =
  | { readonly state: 'unsigned' }
  /** The key's owner said it; `principal` is null where nobody was asked whose key that is. */
  | { readonly state: 'holds'; readonly principal: string | null; readonly fingerprint: string }
  | { readonly state: 'faulty'; readonly fault: StatementFault; readonly problem: string };

export interface SeenConfirmation {
  /** Its texts are as they were written, and not redacted. */
  readonly isWhole: boolean;
  /** Null: nobody says whose keys count, and only the signature itself is checked. */
  readonly signers: readonly AllowedSigner[] | null;
}

/** Whether a confirmation is signed, and the signature holds. Pure; records of before there were signatures are unsigned. */
export function checkConfirmation(body: ConfirmationReport, { isWhole, signers }: SeenConfirmation): ConfirmationCheck {
  const { signed } = body as Pick<ConfirmationReport, never> & { readonly signed?: ConfirmationReport['signed'] };
  if (signed === undefined || signed === null) return { state: 'unsigned' };
  if (isWhole && confirmationDigest(body) !== signed.digest) {
    return { state: 'faulty', fault: 'tampered', problem: 'what it says is not what was signed' };
  }
  const message = confirmationText(body, signed.digest);
  const { signature } = signed;
  if (signers === null) return checkAlone(message, signature);
  const check = checkSignature(
    { message, signature, namespace: signatureNamespace, principal: null },
    signers,
    new Date(body.at),
  );
  if (!check.ok) return { state: 'faulty', fault: check.fault, problem: check.problem };
  const { principal, fingerprint } = check;
  if (principal === signed.signer.principal) return { state: 'holds', principal, fingerprint };
  const problem = `it says that ${signed.signer.principal} signed it, and the key is ${principal}’s`;
  return isWhole ? { state: 'faulty', fault: 'tampered', problem } : { state: 'holds', principal, fingerprint };
}

function checkAlone(message: string, armoured: string): ConfirmationCheck {
  try {
    const signature = parseSshSignature(armoured);
    if (signature.namespace === signatureNamespace && holdsFor(signature, message)) {
      return { state: 'holds', principal: null, fingerprint: fingerprintOf(signature.key) };
    }
    return { state: 'faulty', fault: 'tampered', problem: 'the signature is not of what it says' };
  } catch (cause) {
    if (!(cause instanceof UnreadableSignature)) throw cause;
    return { state: 'faulty', fault: 'unreadable', problem: `the signature cannot be checked: ${cause.message}` };
  }
}
