import type { SignerBook } from '../../../foundation/approvals/see-statements.js';
import type { StoredRecord } from '../../../foundation/records/record.js';
import type { BundledAnchor, ChangeContent, CheckRecord } from '../../../model/evidence-bundle.js';
import type { ApplyReport } from '../../../model/apply-report.js';
import { checkApprovals } from './check-approvals.js';
import { checkConfirmations } from './check-confirmations.js';
import { checkAnchors, checkFolder } from './check-chain.js';
import { checkFiles, digestOfContent, type FilesNow } from './check-content.js';
import { joinFindings, nothingFound, problem } from './problem.js';
import type { Verification } from './verify-bundle.js';

export interface FolderToVerify {
  readonly records: readonly StoredRecord[];
  readonly book: SignerBook | null;
  /** Null where no target was asked. */
  readonly anchors: readonly BundledAnchor[] | null;
  /** The migrations' files as they are now; null: there is no project to compare with. */
  readonly files: FilesNow | null;
  /** The policy counts no confirmation that nobody signed. */
  readonly signedConfirmations: boolean;
}

/** Verifies the records themselves, and the migrations that they are about. What is wrong with them is a result. */
export function verifyFolder({ records, book, anchors, files, signedConfirmations }: FolderToVerify): Verification {
  const confirmed = checkConfirmations({ records, book, redacted: new Set(), demanded: signedConfirmations });
  const approvals = checkApprovals({ records, book });
  const applied = appliedContents(records);
  const contents = applied.map(({ content }) => content);
  const onDisk = files === null ? nothingFound : checkFiles(contents, files);
  const wrong = applied
    .filter(({ content, report }) => digestOfContent(content) !== report.changeDigest)
    .map(({ name }) =>
      problem('migration', [name, 'body.content'], 'the files that are listed do not make the digest of the change'),
    );
  const found = joinFindings([
    { problems: checkFolder(records), notes: [] },
    onDisk,
    { problems: wrong, notes: [] },
    checkAnchors(records, anchors),
    approvals,
    confirmed,
  ]);
  return {
    verdict: found.problems.length === 0 ? 'verified' : 'not verified',
    changeDigest: null,
    records: { total: records.length, whole: records.filter(({ intact }) => intact).length, redacted: 0, leftOut: 0 },
    signedBy: null,
    approvals: approvals.approvals,
    confirmations: confirmed.confirmations,
    anchors: anchors?.length ?? 0,
    problems: found.problems,
    notes: found.notes,
  };
}

/** What took effect somewhere: its files must stay as they are, for ever. Others may still be written. */
function appliedContents(
  records: readonly StoredRecord[],
): readonly { readonly name: string; readonly report: CheckRecord; readonly content: ChangeContent }[] {
  const applied = new Set(
    records.flatMap(({ record }) => {
      const report = record?.subject.kind === 'apply' ? (record.body as ApplyReport) : null;
      return report?.verdict === 'applied' ? [report.changeDigest] : [];
    }),
  );
  return records.flatMap(({ name, record, intact }) => {
    if (record?.subject.kind !== 'check' || !intact) return [];
    const report = record.body as CheckRecord;
    return report.content === null || !applied.has(report.changeDigest)
      ? []
      : [{ name, report, content: report.content }];
  });
}
