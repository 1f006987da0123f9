import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { programFailed, requireProgram, runProgram } from '../../../src/back/backup/client-program.js';
import { readEnvironment } from '../../../src/foundation/runtime/environment.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-program-'));
  await writeProgram(
    'pg_dump',
    'if [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) 99.1"; else echo "$@"; env; fi',
  );
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function writeProgram(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const environment = readEnvironment({ ...process.env, PGSERVICE: 'elsewhere', PGPASSWORD: 'of another' });
const signal = new AbortController().signal;

test('a folder that is named is looked into; the password goes by the environment, and nothing else of libpq’s', async () => {
  const need = { name: 'pg_dump', major: 99, purpose: 'dump', environment, serverBin: folder } as const;
  const tool = await requireProgram(need);
  const target = { host: 'db', port: 5433, database: 'shop', user: 'me', password: 'sesame open' };
  const run = { tool, target: { ...target, options: '-c a=b', toolVariables: { PGSSLMODE: 'require' } }, environment };
  const { stdout } = await runProgram({ ...run, args: ['--file=x'], signal, sessionOptions: '-c c=d' });
  const [args, ...variables] = stdout.trim().split('\n');
  expect(args).toBe('--file=x');
  expect(variables.filter((line) => line.startsWith('PG')).toSorted()).toEqual([
    'PGAPPNAME=lockkeeper pg_dump',
    'PGDATABASE=shop',
    'PGHOST=db',
    'PGOPTIONS=-c a=b -c c=d',
    'PGPASSWORD=sesame open',
    'PGPORT=5433',
    'PGSSLMODE=require',
    'PGUSER=me',
  ]);
  await expect(requireProgram({ ...need, major: 100 })).rejects.toMatchObject({
    code: 'tool-missing',
    message: 'pg_dump on this machine is version 99; pg_dump 100 or newer is needed to dump.',
    remedy: expect.stringContaining('postgresql-client-100'),
  });
});

test('a failure is named: a full disk, a word of the program, none, an interruption', async () => {
  const failed = { failed: 'It failed', remedy: 'Do it.', effect: 'none' } as const;
  const fail = async (script: string, abortAfterMs: number | null = null) => {
    const tool = { path: await writeProgram('fails', script), major: 15 };
    const controller = new AbortController();
    if (abortAfterMs !== null) setTimeout(() => controller.abort(), abortAfterMs);
    const result = await runProgram({ tool, args: [], target: null, environment, signal: controller.signal });
    return programFailed({ ...failed, result, signal: controller.signal });
  };
  expect(await fail('echo "pg_dump: error: could not write: No space left on device" >&2; exit 1')).toMatchObject({
    code: 'disk-full',
  });
  expect((await fail('echo "pg_dump: error: no" >&2; exit 1')).message).toBe('It failed: pg_dump: error: no');
  expect((await fail('exit 1')).message).toBe('It failed: the program ended without a word');
  expect(await fail('exec sleep 30', 100)).toMatchObject({ code: 'interrupted', remedy: 'Do it.' });
});
