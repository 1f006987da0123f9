import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectToAny } from '../../../src/foundation/postgres/connect-to-any.js';
import { parseConnectionString } from '../../../src/foundation/postgres/connection-string.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../../src/foundation/postgres/session.js';
import { makeTemporaryFolder, type TemporaryFolder } from '../../../src/foundation/runtime/temporary-folder.js';

const accessRules = `local all postgres trust
local all reader scram-sha-256
hostssl all encrypted 127.0.0.1/32 trust
hostnossl all clear 127.0.0.1/32 trust
host all reader 127.0.0.1/32 scram-sha-256
`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Nothing else at hand makes certificates. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

let cluster: Cluster;
let home: TemporaryFolder;
let port: number;

async function makeCertificate(): Promise<{ readonly certificate: string; readonly key: string }> {
  const [certificate, key] = [join(home.path, 'root.crt'), join(home.path, 'server.key')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
  const files = ['-keyout', key, '-out', certificate];
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject]);
  return { certificate, key };
}

/** A server with certificates for `localhost`, and with a user for each way in. */
beforeAll(async () => {
  home = await makeTemporaryFolder(tmpdir(), 'lk-libpq-');
  port = await freePort();
  const settings = { listen_addresses: '127.0.0.1', port: String(port) };
  cluster = await startCluster({ major: 17, serverBin: null, settings });
  const { uid, gid } = await stat(cluster.dataDir);
  const place = async (name: string, text: string | Buffer) => {
    await writeFile(join(cluster.dataDir, name), text, { mode: 0o600 });
    await chown(join(cluster.dataDir, name), uid, gid);
  };
  await place('pg_hba.conf', accessRules);
  await using session = await connect({ ...cluster.connection(), port }, { applicationName: 'test' });
  await session.query(
    "CREATE ROLE encrypted LOGIN; CREATE ROLE clear LOGIN; CREATE ROLE reader LOGIN PASSWORD 'r:e\\ad'",
  );
  if (hasOpenssl) {
    const { certificate, key } = await makeCertificate();
    await place('server.crt', await readFile(certificate));
    await place('server.key', await readFile(key));
    await session.query("ALTER SYSTEM SET ssl = 'on'");
  }
  await session.query('SELECT pg_reload_conf()');
  await vi.waitFor(async () =>
    expect((await session.query('SHOW ssl')).rows[0]?.['ssl']).toBe(hasOpenssl ? 'on' : 'off'),
  );
});
afterAll(async () => {
  await cluster?.stop();
  await home?.[Symbol.asyncDispose]();
});

interface Answer {
  readonly user: string;
  readonly encrypted: boolean;
  readonly host: string;
}

async function ask(text: string, variables: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const plan = parseConnectionString(text.replaceAll('PORT', String(port)), {
    variables,
    home: home.path,
    userName: 'postgres',
    systemFolders: [],
    socketFolders: [],
  });
  await using session = await connectToAny(plan, { applicationName: 'test' });
  const { rows } = await session.query(
    'SELECT ssl, current_user AS name FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
  );
  return { user: String(rows[0]?.['name']), encrypted: rows[0]?.['ssl'] === true, host: session.target.host };
}

describe.runIf(hasOpenssl)('sslmode (needs the program openssl)', () => {
  test.each([
    ['prefer encrypts where it can', 'host=127.0.0.1 port=PORT user=encrypted', true],
    ['prefer goes on in clear where only that is allowed', 'host=127.0.0.1 port=PORT user=clear', false],
    ['allow encrypts where that is asked for', 'host=127.0.0.1 port=PORT user=encrypted sslmode=allow', true],
    ['require does not look at the name', 'host=127.0.0.1 port=PORT user=encrypted sslmode=require', true],
    [
      'verify-full finds the name',
      'host=localhost hostaddr=127.0.0.1 port=PORT user=encrypted sslmode=verify-full',
      true,
    ],
    ['verify-ca needs no name', 'host=127.0.0.1 port=PORT user=encrypted sslmode=verify-ca', true],
  ])('%s', async (_, text, encrypted) => {
    const variables: Readonly<Record<string, string>> = text.includes('verify')
      ? { PGSSLROOTCERT: join(home.path, 'root.crt') }
      : {};
    expect(await ask(`${text} dbname=postgres`, variables)).toMatchObject({ encrypted });
  });

  test.each([
    ['host=127.0.0.1 port=PORT user=encrypted sslmode=disable', 'no encryption'],
    ['host=127.0.0.1 port=PORT user=clear sslmode=require', 'SSL encryption'],
    ['host=127.0.0.1 port=PORT user=encrypted sslmode=verify-full', 'IP: 127.0.0.1'],
    ['host=127.0.0.1 port=PORT user=encrypted sslmode=verify-full sslrootcert=system', 'self-signed'],
  ])('%s is refused', async (text, words) => {
    const refused = ask(`${text} dbname=postgres`, { PGSSLROOTCERT: join(home.path, 'root.crt') });
    await expect(refused).rejects.toMatchObject({ code: 'connection-failed', message: expect.stringContaining(words) });
  });

  test('a unix socket is never encrypted, and variables do not reach servers of our own', async () => {
    const text = `host=${cluster.socketDir} port=PORT dbname=postgres`;
    expect(await ask(text, { PGSSLMODE: 'require' })).toMatchObject({ encrypted: false, user: 'postgres' });
    const before = { ...process.env };
    try {
      Object.assign(process.env, { PGSSLMODE: 'require', PGOPTIONS: '-c search_path=elsewhere', PGUSER: 'nobody' });
      await using session = await connect({ ...cluster.connection(), port }, { applicationName: 'test' });
      expect((await session.query('SHOW search_path')).rows[0]?.['search_path']).toContain('public');
    } finally {
      process.env = before;
    }
  });
});

describe('passwords', () => {
  const reader = 'port=PORT user=reader dbname=postgres';
  test.each(['127.0.0.1', 'socket'])('come from the password file, by host (%s)', async (host) => {
    const folder = host === 'socket' ? cluster.socketDir : host;
    const passfile = join(home.path, `${host}.pgpass`);
    await writeFile(passfile, `elsewhere:*:*:*:wrong\n${folder}:${port}:*:reader:r\\:e\\\\ad\n`, { mode: 0o600 });
    expect(await ask(`host=${folder} ${reader}`, { PGPASSFILE: passfile })).toMatchObject({ user: 'reader' });
  });

  test('a missing one is told with where it was looked for, and ends the search', async () => {
    const asked = ask(`host=127.0.0.1,127.0.0.1 ${reader}`, { PGPASSFILE: join(home.path, 'none') });
    await expect(asked).rejects.toMatchObject({
      message: expect.stringMatching(/asks for a password.*none \(which does not exist\)/),
    });
    await expect(ask(`host=127.0.0.1 ${reader} password=wrong`)).rejects.toMatchObject({ sqlState: '28P01' });
  });
});

describe('several hosts', () => {
  test('the first that answers is taken, by a service too', async () => {
    await mkdir(join(home.path, 'empty'), { recursive: true });
    const closed = await freePort();
    const lines = `[shop]\nhost=${home.path}/empty,127.0.0.1,${cluster.socketDir}\nport=${port},${closed},${port}\n`;
    await writeFile(join(home.path, '.pg_service.conf'), `${lines}dbname=postgres\n`);
    expect(await ask('', { PGSERVICE: 'shop' })).toMatchObject({ host: cluster.socketDir });
  });

  test('of the wanted kind, and otherwise every reason is told', async () => {
    const text = `host=${home.path}/none,${cluster.socketDir} port=PORT dbname=postgres`;
    expect(await ask(`${text} target_session_attrs=read-write`)).toMatchObject({ user: 'postgres' });
    expect(await ask(`${text} target_session_attrs=prefer-standby`)).toMatchObject({ user: 'postgres' });
    expect(
      await ask(`${text} target_session_attrs=read-only options='-c default_transaction_read_only=on'`),
    ).toMatchObject({
      user: 'postgres',
    });
    const refused = ask(`${text} target_session_attrs=standby`);
    await expect(refused).rejects.toMatchObject({ message: expect.stringMatching(/ENOENT[^]*is not standby/) });
  });
});
