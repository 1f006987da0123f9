import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { storedOf } from '../../after/evidence/bundle/build-bundle.js';
import { verifyBundle } from '../../after/evidence/verify/verify-bundle.js';
import { checkAnchors } from '../../after/evidence/verify/check-chain.js';
import { verifyFolder } from '../../after/evidence/verify/verify-folder.js';
import { openEnvelope } from '../../after/evidence/envelope/envelope.js';
import { readSignerBook, type SignerBook } from '../../foundation/approvals/see-statements.js';
import type { LoadedConfig } from '../../foundation/config/load-config.js';
import { readRecords } from '../../foundation/records/read-records.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { BundledAnchor, EvidenceStatement, EvidenceVerifyReport } from '../../model/evidence-bundle.js';
import { readApprovalTerms } from '../apply/read-approval-terms.js';
import { loadConfigOf } from '../project-request.js';
import { tool } from '../tool-version.js';
import { type EvidenceRequest, readTargetAnchors } from './evidence-request.js';
import { readProjectFiles } from './read-project-files.js';
import { readSigners } from './read-signers.js';

export interface VerifyEvidenceRequest extends EvidenceRequest {
  /** A bundle, or a folder of records, relative to `cwd`; null: the configured folder. */
  readonly path: string | null;
  /** File of allowed signers, relative to `cwd`; null: the configured one. */
  readonly signers: string | null;
}

/**
 * Whether evidence is as it was written, who signed it, and whether what was applied was approved. A bundle needs nothing but
 * the allowed signers. What is wrong is a result. @throws ChangeSafetyError where something cannot be read at all.
 */
export async function verifyEvidence(request: VerifyEvidenceRequest): Promise<EvidenceVerifyReport> {
  const loaded = await loadConfigOf(request);
  const path = request.path === null ? loaded.config.evidence.dir : resolve(request.cwd, request.path);
  const shown = relative(request.cwd, path) || '.';
  const book = await readBook(request, loaded);
  const anchors = await readTargetAnchors(loaded, request);
  const isFolder = await isDirectory(path);
  const place = { shown, book, anchors };
  const verified = isFolder
    ? await verifyRecords(path, { ...place, request, loaded })
    : verifyFile(await readText(path), place);
  return {
    kind: 'evidence-verify',
    version: 1,
    tool,
    source: isFolder ? 'folder' : 'bundle',
    path: shown,
    ...verified,
  };
}

interface Place {
  readonly shown: string;
  readonly book: SignerBook | null;
  readonly anchors: readonly BundledAnchor[] | null;
}

function verifyFile(text: string, { shown, book, anchors }: Place) {
  const verified = verifyBundle({ path: shown, text, book });
  if (anchors === null) return verified;
  // What the target says now counts beside what it said when the bundle was made.
  const records = recordsIn(text);
  const older = anchors.filter(({ at }) => at <= (records?.exportedAt ?? ''));
  const { problems } = checkAnchors(storedOf(records?.records ?? []), older);
  const all = [...verified.problems, ...problems];
  return {
    ...verified,
    anchors: older.length,
    problems: all,
    verdict: all.length === 0 ? verified.verdict : ('not verified' as const),
  };
}

function recordsIn(text: string) {
  try {
    return (JSON.parse(openEnvelope(text).payload) as EvidenceStatement).predicate;
  } catch {
    // That it is no bundle was told already.
    return null;
  }
}

async function verifyRecords(
  path: string,
  {
    book,
    anchors,
    request,
    loaded,
  }: Place & { readonly request: VerifyEvidenceRequest; readonly loaded: LoadedConfig },
) {
  // Somebody may name the folder of the records itself.
  const evidenceDir = basename(path) === 'records' ? dirname(path) : path;
  const files = await readProjectFiles(loaded, request.cwd);
  const { signedConfirmations } = readApprovalTerms(loaded.config.policy, 0);
  return verifyFolder({ records: await readRecords(evidenceDir), book, anchors, files, signedConfirmations });
}

/** Null where there is no such file, unless it was named. */
async function readBook({ signers, cwd }: VerifyEvidenceRequest, loaded: LoadedConfig): Promise<SignerBook | null> {
  return signers === null ? await readSigners(loaded) : readSignerBook(await readText(resolve(cwd, signers)));
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ChangeSafetyError({
      code: 'usage',
      message: `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Name a bundle that `lockkeeper evidence export` wrote, or the folder of the records.',
      effect: 'none',
      cause,
    });
  });
}
