import { ChangeSafetyError } from '../model/change-safety-error.js';
import { exportEvidence, type EvidenceRequest, showEvidence, verifyEvidence } from '../workflows/evidence.js';
import { exitCodes } from './exit-code.js';
import { showEvidenceReport } from './show-evidence-report.js';
import type { Surroundings } from './surroundings.js';

/** The options of verbs about evidence, as they were parsed. */
export interface RecordFlags {
  readonly config?: string;
  readonly dir?: string;
  readonly target?: string;
  readonly database?: string;
  readonly format?: 'text' | 'json';
}

export interface EvidenceFlags extends RecordFlags {
  readonly redact: boolean;
}

export interface VerifyEvidenceFlags extends RecordFlags {
  readonly signers?: string;
}

export interface ExportFlags extends EvidenceFlags {
  readonly out?: string;
  readonly key?: string;
  readonly html?: string;
  readonly checklists?: string;
}

/** Shows what is on record about a change. Throws ChangeSafetyError, as the others here do. */
export async function runEvidenceShow(
  change: string | null,
  flags: EvidenceFlags,
  around: Surroundings,
): Promise<number> {
  const report = await showEvidence({ ...recordRequestOf(flags, around), change, unredacted: !flags.redact });
  await showEvidenceReport(report, flags, around);
  return exitCodes.ok;
}

/** Verifies a bundle or the records; 1 when something does not hold. */
export async function runEvidenceVerify(
  path: string | null,
  flags: VerifyEvidenceFlags,
  around: Surroundings,
): Promise<number> {
  const report = await verifyEvidence({ ...recordRequestOf(flags, around), path, signers: flags.signers ?? null });
  await showEvidenceReport(report, flags, around);
  return report.verdict === 'verified' ? exitCodes.ok : exitCodes.findings;
}

/** Writes a bundle, a page, checklists, whatever is asked for. */
export async function runEvidenceExport(
  change: string | null,
  flags: ExportFlags,
  around: Surroundings,
): Promise<number> {
  const { out = null, html = null, checklists = null, key = null, redact } = flags;
  if (out === null && html === null && checklists === null) throw nothingWanted();
  const { renderEvidencePage } = await import('../report/evidence/page.js');
  const { renderChecklist } = await import('../report/evidence/checklist-markdown.js');
  const { written, signedBy } = await exportEvidence({
    ...recordRequestOf(flags, around),
    change,
    unredacted: !redact,
    out,
    html,
    checklists,
    key,
    onProgress: (progress) => {
      if (progress.kind === 'output') around.stderr.write(progress.text);
    },
    render: { page: renderEvidencePage, checklist: renderChecklist },
  });
  for (const path of written) around.stdout(`${around.shorten(path)}\n`);
  if (out !== null && signedBy === null) around.stderr.write('The bundle is not signed: --key FILE signs it.\n');
  if (!redact) around.stderr.write('Nothing is redacted: keep it to yourself.\n');
  return exitCodes.ok;
}

export function recordRequestOf(flags: RecordFlags, { cwd, env, clock, signal }: Surroundings): EvidenceRequest {
  const { config, dir, target, database } = flags;
  return {
    cwd,
    env,
    clock,
    signal,
    configPath: config,
    flags: { project: { dir } },
    database: { database: database ?? null, target: target ?? null },
  };
}

function nothingWanted(): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: 'It is not said what to write.',
    remedy: 'Name a bundle with --out FILE, a page with --html FILE, or a folder with --checklists DIR.',
    effect: 'none',
  });
}
