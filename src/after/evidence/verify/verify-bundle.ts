import type { SignerBook } from '../../../foundation/approvals/see-statements.js';
import { canonicalJson } from '../../../foundation/records/canonical-json.js';
import { UnreadableSignature } from '../../../foundation/signatures/ssh-wire.js';
import type {
  ChangeEvidence,
  DsseEnvelope,
  EvidenceStatement,
  EvidenceVerifyReport,
} from '../../../model/evidence-bundle.js';
import { evidenceSections } from '../../../model/evidence-bundle.js';
import { predicateType, storedOf } from '../bundle/build-bundle.js';
import { judgeControls } from '../controls/judge-controls.js';
import { checkEnvelope, openEnvelope } from '../envelope/envelope.js';
import { findChanges, gatherFacts } from '../select-change.js';
import { checkApprovals } from './check-approvals.js';
import { checkConfirmations } from './check-confirmations.js';
import { checkAnchors, checkBundledRecords, checkHeads } from './check-chain.js';
import { checkSubjects } from './check-content.js';
import { type Findings, joinFindings, nothingFound, problem } from './problem.js';

export type Verification = Omit<EvidenceVerifyReport, 'kind' | 'version' | 'tool' | 'source' | 'path'>;

export interface BundleToVerify {
  /** As people see it. */
  readonly path: string;
  readonly text: string;
  /** Null: nobody said who may sign. */
  readonly book: SignerBook | null;
}

const nothing = { total: 0, whole: 0, redacted: 0, leftOut: 0 };

/** Verifies a bundle with nothing but itself and the allowed signers. What is wrong with it is a result. */
export function verifyBundle({ path, text, book }: BundleToVerify): Verification {
  try {
    const { envelope, payload } = openEnvelope(text);
    return verifyStatement(readStatement(payload), { path, book, envelope, payload });
  } catch (cause) {
    if (!(cause instanceof UnreadableSignature)) throw cause;
    return {
      verdict: 'not verified',
      changeDigest: null,
      records: nothing,
      signedBy: null,
      approvals: [],
      confirmations: [],
      anchors: 0,
      problems: [problem('envelope', [path, 'payload'], cause.message)],
      notes: [],
    };
  }
}

interface Opened {
  readonly path: string;
  readonly book: SignerBook | null;
  readonly envelope: DsseEnvelope;
  readonly payload: string;
}

function verifyStatement(statement: EvidenceStatement, { path, book, envelope, payload }: Opened): Verification {
  const { predicate } = statement;
  const { records, heads, anchors } = predicate;
  const signature = checkSigned(envelope, payload, { path, book, at: new Date(predicate.exportedAt) });
  const stored = storedOf(records);
  // What is redacted has no digest of its own: the signature of the bundle vouches for it.
  const readable = stored.map((one, index) => ({ ...one, intact: records[index]?.content !== 'left out' }));
  const approvals = checkApprovals({ records: readable, book });
  const redacted = new Set(records.flatMap(({ digest, content }) => (content === 'redacted' ? [digest] : [])));
  const confirmed = checkConfirmations({ records: readable, book, redacted, demanded: false });
  const found = joinFindings([
    signature,
    checkSubjects(statement, path),
    { problems: checkBundledRecords(records), notes: [] },
    { problems: checkHeads(records, heads, path), notes: [] },
    checkAnchors(stored, anchors),
    checkSections(predicate, path),
    checkDerived(predicate, path),
    approvals,
    confirmed,
  ]);
  const count = (wanted: string): number => records.filter(({ content }) => content === wanted).length;
  return {
    verdict: found.problems.length === 0 ? 'verified' : 'not verified',
    changeDigest: predicate.change.digest,
    records: { total: records.length, whole: count('whole'), redacted: count('redacted'), leftOut: count('left out') },
    signedBy: signature.signedBy,
    approvals: approvals.approvals,
    confirmations: confirmed.confirmations,
    anchors: anchors?.length ?? 0,
    problems: found.problems,
    notes: found.notes,
  };
}

/** @throws UnreadableSignature for a payload that is no statement of ours. */
function readStatement(payload: string): EvidenceStatement {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    throw new UnreadableSignature('its payload is no JSON');
  }
  const { _type, predicateType: type, predicate } = (value ?? {}) as Partial<EvidenceStatement>;
  if (_type !== 'https://in-toto.io/Statement/v1') throw new UnreadableSignature('its payload is no in-toto Statement');
  if (type !== predicateType) throw new UnreadableSignature(`its predicate is of the type ${String(type)}`);
  if (predicate?.version !== 1 || !Array.isArray(predicate.records)) {
    throw new UnreadableSignature('its predicate cannot be read');
  }
  return value as EvidenceStatement;
}

function checkSigned(
  envelope: DsseEnvelope,
  payload: string,
  { path, book, at }: { readonly path: string; readonly book: SignerBook | null; readonly at: Date },
): Findings & { readonly signedBy: string | null } {
  if (envelope.signatures.length === 0) {
    return { problems: [problem('envelope', [path, 'signatures'], 'nobody signed it')], notes: [], signedBy: null };
  }
  if (book === null || book.faults.length > 0) {
    const why = book === null ? 'nobody said who may sign' : book.faults.join('; ');
    return {
      problems: [problem('envelope', [path, 'signatures'], `its signature cannot be checked: ${why}`)],
      notes: [],
      signedBy: null,
    };
  }
  const check = checkEnvelope(envelope, payload, { signers: book.signers, at });
  if (check.ok) return { ...nothingFound, signedBy: `${check.principal} (${check.fingerprint})` };
  return { problems: [problem('envelope', [path, 'signatures'], check.problem)], notes: [], signedBy: null };
}

/** Each section names records that are there, and no content stands outside of all sections. */
function checkSections({ sections, records }: ChangeEvidence, path: string): Findings {
  const shown = new Set(records.flatMap(({ digest, content }) => (content === 'left out' ? [] : [digest])));
  const named = new Set(evidenceSections.flatMap((section) => sections[section]));
  const absent = [...named].filter((one) => !shown.has(one));
  const unnamed = [...shown].filter((one) => !named.has(one));
  return {
    problems: [
      ...absent.map((one) =>
        problem(
          'record',
          [path, 'sections'],
          `a section names the record ${one.slice(0, 16)}, whose content is not there`,
        ),
      ),
      ...unnamed.map((one) => problem('record', [path, 'sections'], `no section names the record ${one.slice(0, 16)}`)),
    ],
    notes: [],
  };
}

/** What a bundle concludes has to follow from its records; where they are redacted, nobody can tell. */
function checkDerived({ redacted, controls, records, change }: ChangeEvidence, path: string): Findings {
  if (redacted) {
    return {
      problems: [],
      notes: ['Contents are redacted: that they are those of their records is vouched for by who signed the bundle.'],
    };
  }
  const stored = storedOf(records);
  const known = findChanges(stored).find(({ digest }) => digest === change.digest);
  if (known === undefined)
    return { problems: [problem('record', [path, 'records'], 'no record speaks of the change')], notes: [] };
  const again = judgeControls(gatherFacts(stored, known));
  if (canonicalJson(again) === canonicalJson(controls)) return nothingFound;
  return { problems: [problem('record', [path, 'controls'], 'they do not follow from the records')], notes: [] };
}
