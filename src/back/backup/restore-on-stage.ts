import { type Cluster, startCluster } from '../../foundation/postgres/server/cluster.js';
import { embeddedMajor } from '../../foundation/postgres/server/embedded-versions.js';
import { connect, type Session } from '../../foundation/postgres/session.js';
import { mentionsFullDisk } from '../../foundation/runtime/disk-space.js';
import { quoteIdentifier, quoteLiteral } from '../../foundation/sql/quote-identifier.js';
import type { ClientTool } from '../../foundation/stage/find-client-tool.js';
import { createMissingRoles } from '../../foundation/stage/create-roles.js';
import type { BackupManifest } from '../../model/backup.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { firstErrors } from './client-program.js';
import { type Comparison, compareRestored } from './compare-restored.js';
import { readBackupSchema } from './read-backup.js';
import { restoreArchive } from './restore-archive.js';
import type { StepFinding, VerifyBackupRequest } from './verify-request.js';

export interface StageRestore {
  readonly finding: StepFinding;
  /** Null where it could not be restored. */
  readonly comparison: Comparison | null;
}

const database = 'restored';

/** Restores a backup on a private server of its major, which is gone afterwards, and compares what is there then. */
export async function restoreOnStage(
  request: VerifyBackupRequest & { readonly tool: ClientTool },
): Promise<StageRestore> {
  const { manifest, environment, serverBin, signal, clock, onPhase } = request;
  onPhase(`Starting PostgreSQL ${manifest.server.major}`);
  const major = embeddedMajor(manifest.server.major);
  await using cluster = await startCluster({ major, serverBin, environment, signal });
  requireMajor(cluster, manifest);
  await using maintenance = await connect(cluster.connection(), { applicationName: 'lockkeeper backup' });
  const missing = await missingExtensions(maintenance, manifest.extensions);
  if (missing.length > 0) return { finding: inconclusive(missing), comparison: null };
  await createMissingRoles(maintenance, manifest.roles);
  // A locale decides about order alone, which nothing here depends on; the encoding has to be the same.
  await maintenance.query(
    `CREATE DATABASE ${quoteIdentifier(database)} TEMPLATE template0 ENCODING ${quoteLiteral(manifest.database.encoding)} LOCALE 'C'`,
  );
  onPhase('Restoring');
  const target = cluster.connection(database);
  // A tablespace is a folder of the machine that the backup is from.
  const result = await restoreArchive({ ...request, target, flags: ['--no-tablespaces'] });
  if (result.exitCode !== 0) {
    const said = result.startError?.message ?? firstErrors(result.stderr);
    if (mentionsFullDisk(said)) throw stageFull(said);
    return { finding: { outcome: 'failed', detail: said }, comparison: null };
  }
  onPhase('Comparing');
  await using session = await connect(target, { applicationName: 'lockkeeper backup' });
  const schema = await readBackupSchema(request.path);
  const comparison = await compareRestored(session, { manifest, schema, clock });
  return { finding: { outcome: 'passed', detail: `on PostgreSQL ${cluster.version}` }, comparison };
}

function requireMajor(cluster: Cluster, { server }: BackupManifest): void {
  if (cluster.major === server.major) return;
  throw new ChangeSafetyError({
    code: 'stage-refused',
    message: `The server that was named is PostgreSQL ${cluster.major}, and the backup is of ${server.major}.`,
    remedy: `Name programs of ${server.major} with --server-bin, or none for the embedded server.`,
    effect: 'none',
  });
}

async function missingExtensions(session: Session, wanted: readonly string[]): Promise<readonly string[]> {
  const { rows } = await session.query('SELECT e.name FROM pg_catalog.pg_available_extensions e');
  const available = new Set(rows.map((row) => row['name']));
  return wanted.filter((name) => !available.has(name));
}

function inconclusive(missing: readonly string[]): StepFinding {
  const names = missing.join(', ');
  const detail = `extension ${names} is not on the stage: bring a server that has it with --server-bin`;
  return { outcome: 'inconclusive', detail };
}

function stageFull(said: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'disk-full',
    message: `The stage's disk is full: ${said}`,
    remedy: 'Make room where temporary files go, or name another folder in TMPDIR.',
    effect: 'none',
  });
}
