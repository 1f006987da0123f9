import type { BackupCheck, BackupCheckId, BackupVerifyReport } from '../../model/backup.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { fileNames } from './backup-names.js';
import { firstErrors, requireProgram } from './client-program.js';
import { type Comparison, decidingFacets } from './compare-restored.js';
import { findChangedFiles, hashFiles } from './hash-files.js';
import { listArchive } from './restore-archive.js';
import { restoreOnStage } from './restore-on-stage.js';
import type { StepFinding, VerifyBackupRequest } from './verify-request.js';

export type Verification = Pick<
  BackupVerifyReport,
  'verdict' | 'checks' | 'differences' | 'facets' | 'rowDifferences' | 'notCompared'
>;

const nothingCompared: Comparison = { schema: null, rows: null, differences: [], rowDifferences: [], notCompared: [] };

/**
 * Proves a backup by restoring it: its bytes are those that were written, pg_restore can list them, a server of the same
 * major restores them without an error, and holds then the schema and the rows that were recorded. A backup that fails is
 * a result. @throws ChangeSafetyError where it cannot be tried: `tool-missing`, `server-start-failed`, `interrupted`…
 */
export async function verifyBackup(request: VerifyBackupRequest): Promise<Verification> {
  const { manifest, environment, serverBin, signal, clock } = request;
  const { major } = manifest.server;
  const purpose = `restore a dump of ${major}`;
  const tool = await requireProgram({ name: 'pg_restore', major, purpose, environment, serverBin });
  const checks: BackupCheck[] = [];
  const check = async (id: BackupCheckId, work: () => Promise<StepFinding>): Promise<boolean> => {
    const since = clock.now();
    const { outcome, detail } = await work();
    checks.push({ id, outcome, detail, durationMs: Math.round(clock.now() - since) });
    return outcome === 'passed';
  };
  let comparison = nothingCompared;
  const isReadable =
    (await check('files', () => checkFiles(request))) &&
    (await check('listing', async () => judgeListing(await listArchive({ ...request, tool }))));
  if (isReadable) {
    await check('restore', async () => {
      const restored = await restoreOnStage({ ...request, tool });
      comparison = restored.comparison ?? nothingCompared;
      return restored.finding;
    });
  }
  if (signal.aborted) throw interrupted();
  if (comparison.schema !== null) checks.push({ id: 'schema', ...comparison.schema });
  if (comparison.rows !== null) checks.push({ id: 'rows', ...comparison.rows });
  const { differences, rowDifferences, notCompared } = comparison;
  return { verdict: verdictOf(checks), checks, differences, facets: decidingFacets, rowDifferences, notCompared };
}

async function checkFiles({ path, manifest, signal, onPhase }: VerifyBackupRequest): Promise<StepFinding> {
  onPhase('Reading the files');
  const changed = findChangedFiles(manifest.files, await hashFiles(path, [fileNames.manifest], signal));
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  return changed.length === 0
    ? { outcome: 'passed', detail: `${manifest.files.length} files, ${bytes} bytes: SHA-256 as written` }
    : { outcome: 'failed', detail: changed.join('; ') };
}

function judgeListing({ exitCode, stdout, stderr }: Awaited<ReturnType<typeof listArchive>>): StepFinding {
  if (exitCode !== 0) return { outcome: 'failed', detail: firstErrors(stderr) };
  const entries = stdout.split('\n').filter((line) => /^\d+; /.test(line)).length;
  return { outcome: 'passed', detail: `${entries} entries` };
}

/** Passed means that everything was done: no step is missing. */
export function verdictOf(checks: readonly BackupCheck[]): Verification['verdict'] {
  if (checks.some(({ outcome }) => outcome === 'failed')) return 'failed';
  const done = checks.filter(({ outcome, id }) => outcome === 'passed' || (id === 'rows' && outcome === 'skipped'));
  return done.length === 5 ? 'passed' : 'inconclusive';
}

function interrupted(): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'interrupted',
    message: 'The verification was interrupted.',
    remedy: 'Run it again; the backup is as it was.',
    effect: 'none',
  });
}
