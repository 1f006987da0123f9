import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, runLockkeeper } from './run-lockkeeper.js';

const packageJson = '{\n    "name": "shop",\n    "scripts": { "migration:test": "ours" }\n}\n';
const fresh = {
  'db/migrations/0001_a.sql': 'CREATE TABLE t (id int);\n',
  'package.json': packageJson,
  '.github/CODEOWNERS': '* @us\n',
};

async function snapshot(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return Object.fromEntries(paths.map((path, index) => [path.slice(folder.length + 1), texts[index] ?? '']));
}

describe('init', () => {
  it('writes a configuration, npm scripts and a workflow, without asking where nobody can answer', async () => {
    await using folder = await makeFolder(fresh);
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, ['init', '--server-major', '16']);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('1 migration of plain in db/migrations, for PostgreSQL 16.');
    const files = await snapshot(folder.path);
    expect(Object.keys(files).toSorted()).toEqual([
      '.github/CODEOWNERS',
      '.github/workflows/lockkeeper.yml',
      'db/migrations/0001_a.sql',
      'lockkeeper.yaml',
      'package.json',
    ]);
    expect(files['.github/workflows/lockkeeper.yml']).toContain(
      'lockkeeper check --since "origin/${{ github.base_ref }}"',
    );
    const { scripts } = JSON.parse(files['package.json'] ?? '');
    expect(scripts).toMatchObject({ 'migration:check': 'lockkeeper check', 'migration:test': 'ours' });
    expect(files['package.json']).toMatch(/^ {4}"name"/m);
  });

  it('leaves a configuration that check understands', async () => {
    await using folder = await makeFolder(fresh);
    await runLockkeeper(folder.path, ['init', '--server-major', '16']);
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, ['check']);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('check of db/migrations');
    expect(stdout).toContain('PostgreSQL 16');
  });

  it('writes nothing with --dry-run, and nothing the second time', async () => {
    await using folder = await makeFolder(fresh);
    const before = await snapshot(folder.path);
    const dry = await runLockkeeper(folder.path, ['init', '--dry-run']);
    expect(dry.exitCode, dry.stderr).toBe(0);
    expect(dry.stdout).toContain('new      lockkeeper.yaml');
    expect(await snapshot(folder.path)).toEqual(before);
    await runLockkeeper(folder.path, ['init']);
    const after = await snapshot(folder.path);
    const again = await runLockkeeper(folder.path, ['init']);
    expect(again.stdout).toContain('Everything is there already.');
    expect(await snapshot(folder.path)).toEqual(after);
  });

  it('keeps what is there, and writes a job for GitLab where that is used', async () => {
    const { '.github/CODEOWNERS': _, ...files } = fresh;
    await using folder = await makeFolder({
      ...files,
      'lockkeeper.yaml': '# ours\n',
      '.gitlab-ci.yml': 'include: []\n',
    });
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, ['init']);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('kept     lockkeeper.yaml');
    const written = await snapshot(folder.path);
    expect(written['lockkeeper.yaml']).toBe('# ours\n');
    expect(written['.gitlab/lockkeeper.yml']).toContain('--format gitlab --output gl-code-quality-report.json');
  });

  it.each([
    { what: 'no migrations', files: { 'package.json': '{}' }, flags: [], words: 'No migrations' },
    { what: 'a broken package.json', files: { ...fresh, 'package.json': '{' }, flags: [], words: 'is no JSON' },
    { what: 'an unknown CI', files: fresh, flags: ['--ci', 'jenkins'], words: 'choices are github, gitlab, none' },
  ])('$what is refused, and nothing is written', async ({ files, flags, words }) => {
    await using folder = await makeFolder(files);
    const before = await snapshot(folder.path);
    const { exitCode, stderr } = await runLockkeeper(folder.path, ['init', ...flags]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
    expect(await snapshot(folder.path)).toEqual(before);
  });
});
