import { join } from 'node:path';
import type { LoadedConfig } from '../../foundation/config/load-config.js';
import type { Session } from '../../foundation/postgres/session.js';
import { type Environment, readEnvironment } from '../../foundation/runtime/environment.js';
import type { Clock } from '../../foundation/runtime/clock.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { chooseDatabase, type DatabaseChoice } from '../named-database.js';
import type { OnProgress } from '../progress.js';
import { type ConfiguredRequest, loadConfigOf } from '../project-request.js';
import { openDatabase } from '../read-from-database.js';
import { tool } from '../tool-version.js';

/** What every action on backups is told. Without folders of its own it works in the evidence folder. */
export interface BackupRequest extends ConfiguredRequest {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** What is common to the reports of all actions. */
export const reportHead = { kind: 'backup', version: 1, tool } as const;

export interface BackupPlace {
  readonly loaded: LoadedConfig;
  readonly evidenceDir: string;
  /** Where backups go unless somebody says otherwise. */
  readonly usualOut: string;
  readonly serverBin: string | null;
  readonly environment: Environment;
}

export async function findBackupPlace(request: BackupRequest): Promise<BackupPlace> {
  const loaded = await loadConfigOf(request);
  const { evidence, stage } = loaded.config;
  return {
    loaded,
    evidenceDir: evidence.dir,
    usualOut: join(evidence.dir, 'backups'),
    serverBin: stage.serverBin,
    environment: readEnvironment(request.env),
  };
}

/** A session in the database that is named. @throws ChangeSafetyError `usage` when none is. */
export async function openNamed(
  { loaded }: BackupPlace,
  choice: DatabaseChoice,
  env: BackupRequest['env'],
): Promise<Session> {
  const database = chooseDatabase(loaded, choice);
  if (database === null) throw nothingNamed();
  return await openDatabase(database, { env, verb: 'backup' });
}

function nothingNamed(): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: 'No database is named.',
    remedy: 'Name one with --database URL, or a configured target with --target NAME.',
    effect: 'none',
  });
}
