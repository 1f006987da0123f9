import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { systemClock } from '../../runtime/clock.js';
import { diskFullError, isDiskFull } from '../../runtime/disk-space.js';
import { type Environment, readEnvironment } from '../../runtime/environment.js';
import type { ConnectionTarget } from '../connection-target.js';
import { type Binaries, findBinaries } from './binaries.js';
import { openCacheFolder } from './cache-folder.js';
import type { EmbeddedMajor } from './embedded-versions.js';
import { readPostmasterFile } from './postmaster-file.js';
import {
  chooseDataRoot,
  dataRemedy,
  makeServerFolder,
  type ServerFolder,
  serverPort,
  shortRoot,
} from './server-folder.js';
import { clusterSettings, type ServerSettings, writeSettings } from './server-settings.js';
import { chooseServerUser, type ServerUser } from './server-user.js';
import { type SupervisedServer, superviseServer } from './supervisor.js';
import { sweepLeftovers } from './sweep.js';
import { provideTemplate } from './template.js';

/** A private, disposable server. It ends and its data goes when it is stopped, or when this process ends in any way. */
export interface Cluster extends AsyncDisposable {
  readonly major: number;
  readonly version: string;
  readonly source: 'embedded' | 'installed';
  readonly dataDir: string;
  readonly socketDir: string;
  readonly port: number;
  /** Resolves once template1 is there too, which CREATE DATABASE copies. Rejects as `startCluster` does. */
  readonly whole: Promise<void>;
  /** The superuser's way in, through the unix socket; to the database `postgres` unless named. */
  connection(database?: string): ConnectionTarget;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  readonly major: EmbeddedMajor;
  /** The folder of an installed PostgreSQL's programs, which then decides the major; null for the embedded one. */
  readonly serverBin: string | null;
  /** As in postgresql.conf; they win over the defaults. */
  readonly settings?: ServerSettings;
  readonly environment?: Environment;
  /** Keeps fetched servers and prepared data directories. Default: the environment's. */
  readonly cacheDir?: string;
  /** Where the data directories go. Default: the environment's folder for temporary files. */
  readonly dataRoot?: string;
  readonly onProgress?: (text: string) => void;
  /** Called when all there is left to do is to wait for the server's own process. */
  readonly onLaunch?: () => void;
  readonly signal?: AbortSignal;
}

/** All that several clusters of one start share. */
export interface Preparation {
  readonly binaries: Binaries;
  readonly template: string;
  readonly user: ServerUser;
  readonly dataRoot: string;
  readonly settings: ServerSettings;
  readonly onLaunch: (() => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

const startTimeoutMs = 60_000;
const pollMs = 3;

/**
 * Starts a server of its own and returns when it takes connections.
 * Throws `binaries-missing`, `server-start-failed`, `disk-full` or `interrupted`; nothing is left running then.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const cluster = await launchCluster(options);
  try {
    await cluster.whole;
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** As `startCluster`, but returns a cluster that may not be whole yet. */
export async function launchCluster(options: ClusterOptions): Promise<Cluster> {
  const preparation = await prepareClusters(options);
  const folder = await makeServerFolder(preparation.dataRoot, preparation.user);
  return runCluster(preparation, { folder, extraSettings: {}, isStandby: false });
}

/** Finds (or fetches) the server, prepares its template, and clears what dead runs left. */
export async function prepareClusters(options: ClusterOptions): Promise<Preparation> {
  const environment = options.environment ?? readEnvironment(process.env);
  const onProgress = options.onProgress ?? (() => undefined);
  const user = chooseServerUser();
  const dataRoot = chooseDataRoot(options.dataRoot ?? environment.temporaryRoot, user);
  const sweeping = sweepLeftovers({ roots: [dataRoot, shortRoot], user }).catch((error: unknown) => {
    onProgress(`What an earlier run left could not be removed: ${String(error)}`);
  });
  const wanted = options.cacheDir ?? environment.cacheRoot;
  const isNamed = options.cacheDir !== undefined || Boolean(environment.variables['LOCKKEEPER_CACHE']);
  let opened: string | null = null;
  const cacheFolder = () =>
    (opened ??= openCacheFolder({ wanted, isNamed, temporaryRoot: environment.temporaryRoot, user, onProgress }));
  const { major, serverBin, signal } = options;
  try {
    throwIfInterrupted(signal);
    const binaries = await findBinaries({ major, serverBin, user, cacheFolder, environment, onProgress, signal });
    const template = await provideTemplate({ binaries, user, cacheFolder: cacheFolder(), onProgress, signal });
    return { binaries, template, user, dataRoot, settings: options.settings ?? {}, onLaunch: options.onLaunch, signal };
  } catch (error) {
    throwIfInterrupted(signal);
    throw error;
  } finally {
    await sweeping;
  }
}

export interface ClusterRole {
  readonly folder: ServerFolder;
  /** They win over the caller's. */
  readonly extraSettings: ServerSettings;
  readonly isStandby: boolean;
}

export async function runCluster(preparation: Preparation, role: ClusterRole): Promise<Cluster> {
  const { binaries, template, user, signal } = preparation;
  const { folder } = role;
  const { path, dataDir, socketDir } = folder;
  let server: SupervisedServer | null = null;
  const stop = async () => {
    await server?.stop();
    await folder.remove();
  };
  try {
    await writeSettingsFile(preparation, role);
    if (role.isStandby) await writeFile(join(path, 'standby.signal'), '');
    server = superviseServer({ template, folder: path, socketDir, postgres: join(binaries.binDir, 'postgres'), user });
    preparation.onLaunch?.();
    await waitUntilReady(server, folder, signal);
  } catch (error) {
    await stop();
    throw isDiskFull(error) ? diskFullError(path, dataRemedy, error) : error;
  }
  const whole = waitUntilWhole(server, folder);
  // Who stops the cluster before need not listen.
  whole.catch(() => undefined);
  const { major, version, source } = binaries;
  const connection = (database = 'postgres') => ({ host: socketDir, port: serverPort, database, user: 'postgres' });
  return {
    major,
    version,
    source,
    dataDir,
    socketDir,
    port: serverPort,
    connection,
    whole,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function writeSettingsFile(preparation: Preparation, { folder, extraSettings }: ClusterRole): Promise<void> {
  const settings = clusterSettings({
    socketDir: folder.socketDir,
    port: serverPort,
    hasStatStatements: preparation.binaries.hasStatStatements,
    settings: { ...preparation.settings, ...extraSettings },
  });
  await writeFile(join(folder.path, 'settings.conf'), writeSettings(settings), { mode: 0o644 });
}

/** A server says `ready` in its postmaster.pid when it takes connections: cheaper to ask than by connecting. */
async function waitUntilReady(
  server: SupervisedServer,
  folder: ServerFolder,
  signal: AbortSignal | undefined,
): Promise<void> {
  const startedAt = systemClock.now();
  while (readPostmasterFile(folder.dataDir)?.status !== 'ready') {
    throwIfInterrupted(signal);
    if (server.hasEnded()) throw await explainFailure(folder, await server.ended);
    if (systemClock.now() - startedAt > startTimeoutMs)
      throw await explainFailure(folder, 'it was not ready after 60 s');
    await systemClock.sleep(pollMs);
  }
}

async function explainFailure(folder: ServerFolder, how: string): Promise<ChangeSafetyError> {
  const { startFailure } = await import('./start-failure.js');
  return startFailure(folder, how);
}

async function waitUntilWhole(server: SupervisedServer, folder: ServerFolder): Promise<void> {
  if (!(await server.whole)) throw await explainFailure(folder, await server.ended);
}

export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new ChangeSafetyError({
    code: 'interrupted',
    message: 'Interrupted while the server was being started.',
    remedy: 'Nothing is left to do: what had been started is stopped.',
    effect: 'none',
  });
}
