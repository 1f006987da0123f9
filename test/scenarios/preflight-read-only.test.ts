import { execFile } from 'node:child_process';
import { chmod, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { preflightSchema } from '../../src/report/preflight-schema.js';
import { makeFolder, type Outcome } from './run-lockkeeper.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const isRoot = process.getuid?.() === 0;

const files = {
  'migrations/00001_n.sql': '-- +goose Up\nCREATE TABLE n (id int);\n-- +goose Down\nDROP TABLE n;\n',
};

it('a folder of somebody else is judged from, and nothing is applied from it', async () => {
  await using cluster = await startCluster({ major: 17, serverBin: null });
  await using folder = await makeFolder(files);
  await chmod(folder.path, 0o555);
  // Root may write everywhere: it is the server's own user then who looks.
  const { uid, gid } = await stat(cluster.dataDir);
  const { host, port, user, database } = cluster.connection();
  const url = `host=${host} port=${port} user=${user} dbname=${database}`;
  const lockkeeper = (verb: string): Promise<Outcome> => {
    const options = { cwd: folder.path, env: { PATH: process.env['PATH'] ?? '' }, ...(isRoot ? { uid, gid } : {}) };
    const args = [main, verb, '--database', url, '--format', 'json'];
    return new Promise((resolve) => {
      const child = execFile(process.execPath, args, options, (_, stdout, stderr) =>
        resolve({ exitCode: child.exitCode, stdout, stderr }),
      );
    });
  };
  const judged = await lockkeeper('preflight');
  expect(judged.stdout, judged.stderr).not.toBe('');
  const report = preflightSchema.parse(JSON.parse(judged.stdout));
  expect(report.notes.join('\n')).toMatch(/Nothing of this preflight was kept on record\. .*EACCES/);
  expect(judged.exitCode).toBe(report.verdict === 'block' ? 1 : 0);
  const applied = await lockkeeper('apply');
  expect({ exitCode: applied.exitCode, stdout: applied.stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(applied.stderr).toMatch(/No record can be written to .*EACCES/);
  await chmod(folder.path, 0o755);
}, 60_000);
