import { checkConfirmation } from '../../../foundation/approvals/confirmations.js';
import type { SignerBook } from '../../../foundation/approvals/see-statements.js';
import type { StoredRecord } from '../../../foundation/records/record.js';
import type { ConfirmationReport } from '../../../model/confirmation.js';
import type { EvidenceVerifyReport } from '../../../model/evidence-bundle.js';
import { type Findings, problem } from './problem.js';

export interface ConfirmationsCheck extends Findings {
  /** Those whose signatures hold. */
  readonly confirmations: EvidenceVerifyReport['confirmations'];
}

export interface ConfirmationsToCheck {
  readonly records: readonly StoredRecord[];
  readonly book: SignerBook | null;
  /** Digests of the records whose texts are redacted: their signatures hold for the rest. */
  readonly redacted: ReadonlySet<string>;
  /** The policy counts no unsigned ones. */
  readonly demanded: boolean;
}

/** Checks the signature of every confirmation, by the keys as they were when it was made. */
export function checkConfirmations({ records, book, redacted, demanded }: ConfirmationsToCheck): ConfirmationsCheck {
  const held = records.flatMap(({ name, digest, record }) =>
    record?.subject.kind === 'confirmation' && isConfirmation(record.body) ? [{ name, digest, body: record.body }] : [],
  );
  const isKnown = book !== null && book.faults.length === 0;
  const checked = held.map((one) => ({
    ...one,
    check: checkConfirmation(one.body, {
      isWhole: !redacted.has(one.digest),
      signers: isKnown ? book.signers : null,
    }),
  }));
  const unsigned = checked.filter(({ check }) => check.state === 'unsigned');
  const signed = checked.length - unsigned.length;
  return {
    problems: checked.flatMap(({ name, check }) => {
      if (check.state === 'faulty') return [problem('confirmation', [name, 'signed'], check.problem)];
      return check.state === 'unsigned' && demanded
        ? [problem('confirmation', [name, 'signed'], 'nobody signed it, and the policy asks for that')]
        : [];
    }),
    notes: [
      ...(unsigned.length === 0 || demanded
        ? []
        : [`Not signed, and vouched for by nobody’s key: ${unsigned.map(({ body }) => body.item).join(', ')}.`]),
      ...(signed > 0 && !isKnown ? ['Whose keys signed confirmations was not checked: nobody said who may sign.'] : []),
    ],
    confirmations: checked.flatMap(({ digest, body: { role, item }, check }) =>
      check.state === 'holds' && check.principal !== null ? [{ by: check.principal, role, item, record: digest }] : [],
    ),
  };
}

function isConfirmation(body: unknown): body is ConfirmationReport {
  if (typeof body !== 'object' || body === null) return false;
  const { item, role, at, by } = body as Readonly<Record<string, unknown>>;
  return [item, role, at].every((one) => typeof one === 'string') && typeof by === 'object' && by !== null;
}
