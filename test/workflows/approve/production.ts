import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { openKeyFolder } from '../../support/ssh-keys.js';

const made = 'CREATE TABLE notes (id int PRIMARY KEY, body text)';
const backups = `echo '[{"label":"nightly","createdAt":"'$(date -u +%FT%TZ)'","verifiedAt":"'$(date -u +%FT%TZ)'","restoredAt":"'$(date -u +%FT%TZ)'","bytes":1}]'`;

export const migration = (up: string, down: string) => `-- migrate:up\n${up};\n\n-- migrate:down\n${down};\n`;

/** Known to the allowed signers, but for mallory. */
export const names = ['alice', 'bob', 'carol', 'mallory'] as const;
export type Name = (typeof names)[number];

/** A database with one of two migrations, and a project in git that may change it when bob, a technical lead, and another agree. */
export interface Production extends AsyncDisposable {
  readonly session: Session;
  /** Of the project. */
  readonly path: string;
  readonly records: string;
  /** Path of somebody's private key. */
  readonly key: (name: Name) => string;
  readonly commit: (name: Name) => void;
  /** Files with other texts while something is looked at; everything is put back afterwards, the records too. */
  readonly whileIs: <Seen>(change: () => Promise<void>, look: () => Promise<Seen>) => Promise<Seen>;
  readonly write: (file: string, change: (text: string) => string) => Promise<void>;
  /** Names of the records of a kind, the oldest first. */
  readonly recordsOf: (kind: string) => Promise<readonly string[]>;
}

export async function startProduction(): Promise<Production> {
  const settings = { archive_mode: 'on', archive_command: '/bin/true', wal_level: 'replica' };
  const cluster = await startCluster({ major: 17, serverBin: null, settings });
  const session = await connect(cluster.connection(), { applicationName: 'test' });
  await session.query(
    `${made}; INSERT INTO notes SELECT n, '' FROM generate_series(1, 5000) n; ANALYZE;
     CREATE TABLE schema_migrations (version varchar PRIMARY KEY); INSERT INTO schema_migrations VALUES ('1')`,
  );
  const application = createServer((_, answer) => answer.end('12')).listen(0, '127.0.0.1');
  await once(application, 'listening');
  const { port } = application.address() as AddressInfo;
  const keys = openKeyFolder();
  const signers = names.map((name) => `${name}@example.com ${keys.makeKey(name).publicKey}\n`);
  const url = `host=${cluster.socketDir} port=${cluster.port} user=postgres dbname=postgres`;
  const path = await writeProject({
    ...files,
    'lockkeeper.yaml': configOf(url, `http://127.0.0.1:${port}/`),
    allowed_signers: signers.slice(0, -1).join(''),
  });
  const commit = (name: Name) => commitAs(path, name);
  commit('alice');
  const records = join(path, '.lockkeeper/records');
  return {
    session,
    path,
    records,
    commit,
    key: (name) => join(keys.dir, name),
    write: async (file, change) => {
      const whole = join(path, file);
      await writeFile(whole, change(await readFile(whole, 'utf8').catch(() => '')));
    },
    recordsOf: (kind) => recordsOf(records, kind),
    whileIs: (change, look) => whileIs(path, change, look),
    [Symbol.asyncDispose]: async () => {
      keys[Symbol.dispose]();
      application.close();
      await rm(path, { recursive: true, force: true });
      await session[Symbol.asyncDispose]();
      await cluster.stop();
    },
  };
}

const files = {
  'migrations/1_notes.sql': migration(made, 'DROP TABLE notes'),
  'migrations/2_author.sql': migration(
    'ALTER TABLE notes ADD COLUMN author text',
    'ALTER TABLE notes DROP COLUMN author',
  ),
  'docs/runbook.md': 'Call whoever is on duty, then follow the steps of the plan, one after the other.\n',
  '.gitignore': '.lockkeeper\n',
};

/** JSON is YAML too. */
function configOf(url: string, application: string): string {
  const metrics = { queriesPerSecond: { http: application, typical: 100, peak: 1000 } };
  const runbooks = ['emergency rollback', 'lock storm', 'cutover', 'major upgrade', 'validation after a change'];
  const policy = {
    roles: { 'technical lead': ['bob@example.com'], 'product owner': ['carol@example.com'] },
    approvals: { LOW: ['technical lead'] },
    gates: {
      'runbooks-present': { files: Object.fromEntries(runbooks.map((name) => [name, 'docs/runbook.md'])) },
      'backup-fresh': { sources: [{ format: 'json', command: backups }] },
      'disk-space': { freeBytesCommand: 'echo 1000000000000' },
    },
  };
  const production = { url, tier: 1, health: application, metrics };
  return JSON.stringify({ targets: { production, staging: { url, tier: 1 } }, policy }, null, 2);
}

async function writeProject(texts: Readonly<Record<string, string>>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'lockkeeper-approve-'));
  await chmod(path, 0o755);
  for (const [name, text] of Object.entries(texts)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return path;
}

function commitAs(cwd: string, name: Name): void {
  const author = ['-c', `user.name=${name}`, '-c', `user.email=${name}@example.com`];
  const git = (...args: readonly string[]) => execFileSync('git', [...author, ...args], { cwd });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', 'change');
}

async function whileIs<Seen>(path: string, change: () => Promise<void>, look: () => Promise<Seen>): Promise<Seen> {
  const kept = `${path}-kept`;
  await cp(path, kept, { recursive: true });
  try {
    await change();
    return await look();
  } finally {
    await rm(path, { recursive: true });
    await rename(kept, path);
  }
}

async function recordsOf(records: string, kind: string): Promise<readonly string[]> {
  const all = (await readdir(records)).toSorted();
  const texts = await Promise.all(all.map((name) => readFile(join(records, name), 'utf8')));
  return all.filter((_, index) => {
    const { subject } = JSON.parse(texts[index] ?? '') as { readonly subject: { readonly kind: string } };
    return subject.kind === kind;
  });
}
