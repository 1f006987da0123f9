import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { runCommand } from '../../runtime/run-command.js';
import type { Binaries } from './binaries.js';
import { hasLoadableModule } from './loadable-module.js';
import { isReachableByAnybody, type ServerUser } from './server-user.js';

const oldestMajor = 15;

/** Reads what kind of PostgreSQL a folder of programs holds. Throws `binaries-missing` with what is wrong with it. */
export async function inspectServerBin(serverBin: string, user: ServerUser): Promise<Binaries> {
  const binDir = resolve(serverBin);
  for (const program of ['postgres', 'initdb']) {
    if (!existsSync(join(binDir, program))) throw wrongFolder(`${binDir} holds no program ${program}.`);
  }
  const real = realpathSync(binDir);
  if (user.delegated && !isReachableByAnybody(real)) {
    throw wrongFolder(`As root, the server runs as another user, who cannot enter ${real}.`);
  }
  const { exitCode, stdout, stderr, startError } = await runCommand(join(binDir, 'postgres'), ['--version'], {
    timeoutMs: 10_000,
  });
  const version = /^postgres \(PostgreSQL\) (\d+(?:\.\d+|\w+)*)/.exec(stdout)?.[1];
  if (exitCode !== 0 || version === undefined) {
    const reason = (startError?.message ?? (stderr || stdout)).trim();
    throw wrongFolder(`${join(binDir, 'postgres')} does not tell its version: ${reason}`);
  }
  const major = Number.parseInt(version, 10);
  if (major < oldestMajor) throw wrongFolder(`${binDir} holds PostgreSQL ${version}; ${oldestMajor} is the oldest.`);
  const moduleDirs = ['../lib', '../lib/postgresql', `../lib/postgresql${major}`, `../../lib/postgresql${major}`];
  return {
    major,
    version,
    source: 'installed',
    binDir,
    key: `${version}-${digestOf(real)}`,
    hasStatStatements: hasLoadableModule(
      moduleDirs.map((folder) => join(real, folder)),
      'pg_stat_statements',
    ),
  };
}

/** Two builds of one version may differ in what their template holds; so may a build that was replaced. */
function digestOf(binDir: string): string {
  const { mtimeMs, size } = statSync(join(binDir, 'postgres'));
  return createHash('sha256').update(`${binDir}\0${mtimeMs}\0${size}`).digest('hex').slice(0, 8);
}

function wrongFolder(message: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'binaries-missing',
    message,
    remedy:
      'Name the folder that holds the server’s postgres and initdb, such as /usr/lib/postgresql/17/bin ' +
      '(`pg_config --bindir` prints it); the client package alone does not bring them.',
    effect: 'none',
  });
}
