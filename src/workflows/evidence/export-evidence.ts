import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { openKey } from '../../before/approve/open-key.js';
import { sealEnvelope } from '../../after/evidence/envelope/envelope.js';
import { writePrivateFile } from '../../foundation/runtime/write-private-file.js';
import { canonicalJson } from '../../foundation/records/canonical-json.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { EvidenceReport } from '../../model/evidence-bundle.js';
import type { FilledChecklist } from '../../model/controls.js';
import type { OnProgress } from '../progress.js';
import { gatherEvidence, type ShowEvidenceRequest } from './show-evidence.js';

export interface ExportEvidenceRequest extends ShowEvidenceRequest {
  /** Of the bundle, of the page, and the folder of the checklists; relative to `cwd`. Null: not wanted. */
  readonly out: string | null;
  readonly html: string | null;
  readonly checklists: string | null;
  /** File of an SSH key to sign with; null: the bundle is not signed. */
  readonly key: string | null;
  readonly onProgress: OnProgress;
  /** How a page and a checklist are written; renderers are not the workflow's. */
  readonly render: {
    readonly page: (report: EvidenceReport) => string;
    readonly checklist: (checklist: FilledChecklist, report: EvidenceReport) => string;
  };
}

export interface ExportEvidenceResult {
  readonly report: EvidenceReport;
  /** Absolute paths of what was written. */
  readonly written: readonly string[];
  /** `SHA256:…` of the key that signed; null: nobody did. */
  readonly signedBy: string | null;
}

/**
 * Writes what is on record about a change so that somebody else can read and verify it: a signed bundle, a page, the filled
 * checklists. @throws ChangeSafetyError as `showEvidence` and for keys and files that cannot be used.
 */
export async function exportEvidence(request: ExportEvidenceRequest): Promise<ExportEvidenceResult> {
  const { cwd, env, signal, onProgress, key, out, html, checklists, render } = request;
  const onWord = (text: string) => onProgress({ kind: 'output', text });
  const signer = key === null ? null : await openKey({ path: resolve(cwd, key), env, signal, onWord });
  const { statement, report } = await gatherEvidence(request);
  const files: (readonly [path: string, text: string])[] = [];
  if (out !== null) {
    const envelope = await sealEnvelope(canonicalJson(statement), signer);
    files.push([resolve(cwd, out), `${JSON.stringify(envelope)}\n`]);
  }
  if (html !== null) files.push([resolve(cwd, html), render.page(report)]);
  if (checklists !== null) {
    for (const one of report.checklists) {
      files.push([join(resolve(cwd, checklists), `${one.id}.md`), render.checklist(one, report)]);
    }
  }
  for (const [path, text] of files) await writeFile(path, text);
  return { report, written: files.map(([path]) => path), signedBy: signer?.fingerprint ?? null };
}

async function writeFile(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writePrivateFile(path, text);
  } catch (cause) {
    throw new ChangeSafetyError({
      code: 'output-failed',
      message: `${path} could not be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Check the permissions of its folder, or choose another place.',
      effect: 'none',
      cause,
    });
  }
}
