import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../src/foundation/postgres/session.js';
import { type Folder, makeFolder, runLockkeeper } from './run-lockkeeper.js';

/** Of Debian's package; `apt-get install pgbouncer` brings it. */
const program = findPgbouncer();

function findPgbouncer(): string | null {
  try {
    return execFileSync('/bin/sh', ['-c', 'PATH="$PATH:/usr/sbin" command -v pgbouncer'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

describe.skipIf(program === null)('behind PgBouncer (skipped where the package pgbouncer is not installed)', () => {
  let cluster: Cluster;
  let folder: Folder;
  let direct: string;
  const poolers: ChildProcess[] = [];
  const pooled: Record<string, string> = {};

  beforeAll(async () => {
    cluster = await startCluster({ major: 17, serverBin: null });
    const { host, port, user, database } = cluster.connection();
    direct = `host=${host} port=${port} user=${user} dbname=${database}`;
    folder = await makeFolder({
      'migrations/1_notes.sql': 'CREATE TABLE notes (id int, n int);\n',
      'migrations/2_n.sql': 'CREATE INDEX CONCURRENTLY notes_n ON notes (n);\n',
    });
    for (const mode of ['transaction', 'session']) pooled[mode] = await startPooler(mode);
    await writeFile(
      join(folder.path, 'lockkeeper.yaml'),
      JSON.stringify({ targets: { shop: { url: pooled['transaction'], directUrl: direct, tier: 3 } } }),
    );
  }, 60_000);
  afterAll(async () => {
    for (const pooler of poolers) {
      pooler.kill('SIGQUIT');
      if (pooler.exitCode === null) await once(pooler, 'exit');
    }
    await cluster?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  async function startPooler(mode: string): Promise<string> {
    const { host, port, user, database } = cluster.connection();
    const listenPort = await freePort();
    const file = join(folder.path, `${mode}.ini`);
    await writeFile(
      file,
      `[databases]
${database} = host=${host} port=${port} user=${user} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
ignore_startup_parameters = extra_float_digits,options
`,
    );
    await chmod(file, 0o644);
    // It refuses to run as root, and the server's socket is for the server's own user.
    const { uid, gid } = await stat(host);
    const own = process.getuid?.() === 0 ? { uid, gid } : {};
    const pooler = spawn(program ?? '', ['-q', file], { stdio: 'ignore', cwd: '/', ...own });
    poolers.push(pooler);
    const url = `host=127.0.0.1 port=${listenPort} user=${user} dbname=${database}`;
    const target = { host: '127.0.0.1', port: listenPort, user, database };
    for (let tries = 0; ; tries++) {
      const answered = await connect(target, { applicationName: 'test', connectTimeoutMs: 2_000 }).then(
        async (session) => (await session[Symbol.asyncDispose](), true),
        (cause: unknown) => {
          if (tries > 20) throw cause;
          return false;
        },
      );
      if (answered) return url;
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
  }

  it('is not applied through it, and the reason and the way out are said', async () => {
    for (const url of Object.values(pooled)) {
      const { exitCode, stderr } = await runLockkeeper(folder.path, ['apply', '--no-gates', '--database', url]);
      expect(stderr).toMatch(/connection pooler: locks, limits and cancellations.*directUrl/s);
      expect(exitCode).toBe(3);
    }
    await using session = await connect(cluster.connection(), { applicationName: 'test' });
    expect((await session.query(`SELECT FROM pg_class WHERE relname = 'notes'`)).rows).toEqual([]);
    expect((await session.query(`SELECT FROM pg_namespace WHERE nspname = 'lockkeeper'`)).rows).toEqual([]);
  }, 60_000);

  it('is applied around it where directUrl leads to the server', async () => {
    const { exitCode, stderr } = await runLockkeeper(folder.path, ['apply', '--no-gates', '--target', 'shop']);
    expect(exitCode, stderr).toBe(0);
    await using session = await connect(cluster.connection(), { applicationName: 'test' });
    expect((await session.query(`SELECT FROM pg_class WHERE relname = 'notes_n'`)).rows).toHaveLength(1);
  }, 60_000);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
