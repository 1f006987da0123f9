import { checkConfirmation } from '../../foundation/approvals/confirmations.js';
import type { ConfirmationReport } from '../../model/confirmation.js';

/** Who says so, in which role, and whether a key stands for it. */
export interface ConfirmedBy {
  /** `Alice <alice@example.com> (engineer), signed as alice@example.com with SHA256:…`. */
  readonly words: string;
  /** Why the signature is none; null when it holds, or nobody signed. */
  readonly problem: string | null;
}

/** Whose key it is, only the allowed signers know: that is asked when evidence is verified. */
export function confirmedBy(body: ConfirmationReport): ConfirmedBy {
  const { by, role, signed } = body;
  const who = `${by.git ?? `${by.osUser}@${by.host}`} (${role})`;
  const check = checkConfirmation(body, { isWhole: true, signers: null });
  switch (check.state) {
    case 'unsigned':
      return { words: `${who}, unsigned`, problem: null };
    case 'faulty':
      return { words: `${who}, with a signature that does not hold`, problem: check.problem };
    case 'holds':
      return {
        words: `${who}, signed as ${signed?.signer.principal ?? 'nobody'} with ${check.fingerprint}`,
        problem: null,
      };
    default:
      return check satisfies never;
  }
}
