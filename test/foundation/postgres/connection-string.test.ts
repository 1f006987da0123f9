import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionSources } from '../../../src/foundation/postgres/connection/connection-sources.js';
import { parseConnectionString } from '../../../src/foundation/postgres/connection-string.js';
import { makeTemporaryFolder, type TemporaryFolder } from '../../../src/foundation/runtime/temporary-folder.js';

let home: TemporaryFolder;
beforeAll(async () => {
  home = await makeTemporaryFolder(tmpdir(), 'lk-libpq-');
  await mkdir(join(home.path, 'etc'));
  const write = (name: string, text: string) => writeFile(join(home.path, name), text, { mode: 0o600 });
  await write(
    '.pg_service.conf',
    '# mine\n[shop]\nhost=service.test\nport=6000\nuser=of_service\nsslmode=disable\n\n[bad]\nhots=x\n',
  );
  await write('etc/pg_service.conf', '[shared]\nhost=shared.test\n');
  await write(
    '.pgpass',
    '#x\nother:*:*:*:no\nservice.test:6000:*:of_service:fr\\:om\\\\file\nlocalhost:*:*:*:socket\n',
  );
  await write('open.pgpass', '*:*:*:*:seen\n');
  await chmod(join(home.path, 'open.pgpass'), 0o644);
  await mkdir(join(home.path, 'socket'));
  await write('socket/.s.PGSQL.5432', '');
});
afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
});

function parse(text: string, variables: Readonly<Record<string, string>> = {}) {
  const sources: ConnectionSources = {
    variables,
    home: home.path,
    userName: 'me',
    systemFolders: [join(home.path, 'etc')],
    socketFolders: [join(home.path, 'socket')],
  };
  return parseConnectionString(text, sources);
}

const places = (text: string, variables?: Readonly<Record<string, string>>) =>
  parse(text, variables).candidates.map(
    ({ target: { host, port, database, user } }) => `${user}@${host}:${port}/${database}`,
  );

describe('what a string says', () => {
  test.each([
    ['postgresql://u@h:1/d', ['u@h:1/d']],
    ['postgres://h', ['me@h:5432/me']],
    ['postgresql://u:p@h1:1,h2,[::1]:3/d?target_session_attrs=primary', ['u@h1:1/d', 'u@h2:5432/d', 'u@::1:3/d']],
    ['postgresql:///d?host=/sock/a&port=7', ['me@/sock/a:7/d']],
    ['postgresql://%2Fsock%2Fa:7/d%20b', ['me@/sock/a:7/d b']],
    ['postgresql://?user=a+b&host=h', ['a+b@h:5432/a+b']],
    ["host=a,b port=1 user=u dbname='it\\'s here'", ["u@a:1/it's here", "u@b:1/it's here"]],
    ['host = h dbname = d\\ e', ['me@h:5432/d e']],
    ['hostaddr=127.0.0.1 dbname=d', ['me@127.0.0.1:5432/d']],
  ])('%s', (text, expected) => {
    expect(places(text)).toEqual(expected);
  });

  test.each([
    ['postgresql://h/d?schema=public', 'no parameter "schema"'],
    ['postgresql://h:x/d', '"x" is not a port'],
    ['host=a,b,c port=1,2', '2 ports do not fit 3 hosts'],
    ['host=h sslmode=no-verify', 'sslmode "no-verify"'],
    ['host=h channel_binding=require', 'channel_binding=require is not supported here'],
    ["password='geheim", 'the value of password does not end'],
    ['geheim', '"=" is missing'],
    ['postgresql://u:ge%heim@h/d', 'percent sign'],
    ['service=nobody', 'no service "nobody"'],
    ['service=bad', '.pg_service.conf:9'],
    ['host=h sslmode=verify-full', 'root.crt, which does not exist'],
  ])('%s is refused', (text, words) => {
    const refusal = (() => {
      try {
        return parse(text);
      } catch (error) {
        return error as Error;
      }
    })();
    expect(refusal).toMatchObject({ code: 'usage', message: expect.stringContaining(words) });
    expect((refusal as Error).message).not.toContain('heim');
  });
});

describe('what completes it', () => {
  test('the string beats the service, the service beats variables, those beat defaults', () => {
    const variables = { PGSERVICE: 'shop', PGUSER: 'of_variable', PGDATABASE: 'of_variable' };
    expect(places('port=7000', variables)).toEqual(['of_service@service.test:7000/of_variable']);
    expect(places('', { PGHOST: 'h1,h2', PGPORT: '1,2' })).toEqual(['me@h1:1/me', 'me@h2:2/me']);
  });

  test('a service may stand in a file of its own, or in the system’s', async () => {
    expect(places('service=shared')).toEqual(['me@shared.test:5432/me']);
    const named = join(home.path, 'named.conf');
    await writeFile(named, '[shop]\nhost=named.test\n');
    expect(places('service=shop', { PGSERVICEFILE: named })).toEqual(['me@named.test:5432/me']);
    expect(() => places('service=shop', { PGSERVICEFILE: `${named}.not` })).toThrow('does not exist');
  });

  test('passwords come from the string, the variable, then the file, for each host', () => {
    const passwords = (text: string, variables?: Readonly<Record<string, string>>) =>
      parse(text, variables).candidates.map(({ target }) => target.password);
    expect(passwords('service=shop')).toEqual(['fr:om\\file']);
    expect(passwords('service=shop', { PGPASSWORD: 'v' })).toEqual(['v']);
    expect(passwords('service=shop password=s', { PGPASSWORD: 'v' })).toEqual(['s']);
    expect(passwords('host=other,unknown')).toEqual(['no', undefined]);
    expect(places('dbname=d')).toEqual([`me@${join(home.path, 'socket')}:5432/d`]);
    expect(passwords('dbname=d')).toEqual(['socket']);
  });

  test('a password file that others may read is ignored, and that is said', () => {
    const [candidate] = parse('host=h', { PGPASSFILE: join(home.path, 'open.pgpass') }).candidates;
    expect(candidate?.target.password).toBeUndefined();
    expect(candidate?.target.passwordHint).toContain('open.pgpass (ignored, since others may read it: chmod 600)');
  });
});

describe('encryption', () => {
  const ways = (text: string) =>
    parse(text).candidates.flatMap(({ encryptions }) => encryptions.map((tls) => tls?.rejectUnauthorized ?? 'clear'));
  test.each([
    ['host=h', [false, 'clear']],
    ['host=h sslmode=disable', ['clear']],
    ['host=h sslmode=allow', ['clear', false]],
    ['host=h sslmode=require', [false]],
    ['postgresql://h/d?ssl=true', [false]],
    ['host=h sslrootcert=system', [true]],
    ['host=/sock sslmode=require', ['clear']],
  ])('%s', (text, expected) => {
    expect(ways(text)).toEqual(expected);
  });
});
