import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { MigrationClassification } from '../../model/classification.js';
import { keptFindings } from './to-report.js';

/** What stands in a baseline: enough to find it again, and for a reader to know what was accepted. */
interface AcceptedFinding {
  readonly fingerprint: string;
  readonly rule: string;
  readonly path: string;
}

/**
 * Fingerprints of the findings that a baseline accepts.
 * @throws ChangeSafetyError `usage` when the file is missing or no baseline.
 */
export async function readBaseline(path: string, cwd: string): Promise<ReadonlySet<string>> {
  const text = await readFile(resolve(cwd, path), 'utf8').catch((cause: unknown) => {
    throw baselineError(path, `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  });
  const findings = parse(text);
  if (findings === null) throw baselineError(path, 'is no baseline');
  return new Set(findings.map(({ fingerprint }) => fingerprint));
}

function parse(text: string): readonly AcceptedFinding[] | null {
  try {
    const content = JSON.parse(text) as { readonly kind?: unknown; readonly findings?: readonly AcceptedFinding[] };
    return content.kind === 'baseline' && Array.isArray(content.findings) ? content.findings : null;
  } catch {
    return null;
  }
}

/** Accepts all findings of today. Returns how many. */
export async function writeBaseline(
  path: string,
  cwd: string,
  migrations: readonly MigrationClassification[],
): Promise<number> {
  const findings = migrations
    .flatMap(keptFindings)
    .map(({ fingerprint, id, path: file }): AcceptedFinding => ({ fingerprint, rule: id, path: file }))
    .toSorted((a, b) => a.path.localeCompare(b.path, 'en') || a.fingerprint.localeCompare(b.fingerprint, 'en'));
  const text = `${JSON.stringify({ kind: 'baseline', version: 1, findings }, null, 2)}\n`;
  await writeFile(resolve(cwd, path), text).catch((cause: unknown) => {
    throw baselineError(path, `cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`);
  });
  return findings.length;
}

function baselineError(path: string, what: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: `The baseline ${path} ${what}.`,
    remedy: 'lockkeeper check --baseline FILE --write-baseline writes one.',
    effect: 'none',
  });
}
