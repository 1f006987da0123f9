import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ConnectionTarget } from '../../../src/foundation/postgres/connection-target.js';
import { connect } from '../../../src/foundation/postgres/session.js';
import { makeTemporaryFolder } from '../../../src/foundation/runtime/temporary-folder.js';
import { type LoopbackServer, startLoopbackServer } from '../../support/loopback-server.js';
import { openTapLab } from './tap-lab.js';

const accessRules = `local all postgres trust
host all in_clear 127.0.0.1/32 password
host all hashed 127.0.0.1/32 md5
hostssl all encrypted 127.0.0.1/32 scram-sha-256
hostnossl all encrypted 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
`;

const roles = `CREATE ROLE scrambled LOGIN SUPERUSER PASSWORD 'geheim ½';
  CREATE ROLE in_clear LOGIN PASSWORD 'clear:text'; CREATE ROLE encrypted LOGIN PASSWORD 'secret';
  SET password_encryption = md5; CREATE ROLE hashed LOGIN PASSWORD 'a''b';
  CREATE ROLE deployer`;

async function makeCertificate(server: LoopbackServer): Promise<string> {
  await using folder = await makeTemporaryFolder(tmpdir(), 'lk-tap-tls-');
  const [certificate, key] = [join(folder.path, 'server.crt'), join(folder.path, 'server.key')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  const files = ['-keyout', key, '-out', certificate];
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject]);
  await server.place('server.crt', await readFile(certificate, 'utf8'));
  await server.place('server.key', await readFile(key, 'utf8'));
  return await readFile(certificate, 'utf8');
}

describe.each([15, 18] as const)('a server on PostgreSQL %i that asks who comes', (major) => {
  let server: LoopbackServer;
  let target: ConnectionTarget;
  let certificate: string;

  beforeAll(async () => {
    server = await startLoopbackServer(major, accessRules);
    certificate = await makeCertificate(server);
    const { host, port } = server;
    target = { host, port, database: 'postgres', user: 'scrambled', password: 'geheim ½' };
    await using session = await connect(server.local, { applicationName: 'test' });
    await session.query(roles);
    await session.query("ALTER SYSTEM SET ssl = 'on'");
    await session.query('SELECT pg_reload_conf()');
    await vi.waitFor(async () => expect((await session.query('SHOW ssl')).rows).toEqual([{ ssl: 'on' }]));
  });
  afterAll(async () => server?.[Symbol.asyncDispose]());

  /** Who a client of the tap is on the server. */
  async function ask(upstream: ConnectionTarget, role: string | null = null) {
    await using lab = await openTapLab(server.local, undefined, { upstream, role });
    try {
      await using session = await connect(lab.target, { applicationName: 'test' });
      const { rows } = await session.query(
        `SELECT current_user AS name, session_user AS session, current_setting('work_mem') AS work_mem,
           (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS ssl`,
      );
      return rows[0];
    } catch (error) {
      await expect.poll(() => lab.sessions).toMatchObject([{ cause: 'server-left' }]);
      throw error;
    }
  }

  test.each([
    ['SCRAM-SHA-256', 'scrambled', 'geheim ½'],
    ['md5', 'hashed', "a'b"],
    ['clear text', 'in_clear', 'clear:text'],
  ])('gets the password by %s', async (_, user, password) => {
    expect(await ask({ ...target, user, password })).toMatchObject({ name: user, ssl: false });
  });

  test('gets the options of the connection string too', async () => {
    expect(await ask({ ...target, options: '-c work_mem=7MB' })).toMatchObject({ work_mem: '7MB' });
  });

  test('refuses a wrong password, in its own words', async () => {
    await expect(ask({ ...target, password: 'guess' })).rejects.toThrow('password authentication failed');
  });

  test('gets none where there is none: the client is told', async () => {
    const { password: _, ...silent } = target;
    const hint = 'not in any file';
    await expect(ask({ ...silent, passwordHint: hint })).rejects.toThrow(`asks for a password: ${hint}`);
  });

  test('is spoken to in secret where the connection string asks for it', async () => {
    const user = { user: 'encrypted', password: 'secret' };
    expect(await ask({ ...target, ...user, tls: { ca: certificate } })).toMatchObject({ name: 'encrypted', ssl: true });
    await expect(ask({ ...target, tls: {} })).rejects.toThrow('self-signed certificate');
    await expect(ask({ ...target, ...user })).rejects.toThrow('no encryption');
  });

  test('is left alone when it cannot speak in secret', async () => {
    const clear = createServer((socket) => socket.end('N')).listen(0, '127.0.0.1');
    await once(clear, 'listening');
    const { port } = clear.address() as AddressInfo;
    await expect(ask({ ...target, port, tls: {} })).rejects.toThrow('does not support encrypted connections');
    clear.close();
  });

  test('lends the rights of a role that cannot log in', async () => {
    expect(await ask(target, 'deployer')).toMatchObject({ name: 'deployer', session: 'deployer' });
    await expect(ask(target, 'nobody')).rejects.toThrow('role "nobody" does not exist');
  });
});
