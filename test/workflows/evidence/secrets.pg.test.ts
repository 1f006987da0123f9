import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import type { RunEvent } from '../../../src/model/apply-run.js';
import { renderApplyTerminal } from '../../../src/report/apply/terminal.js';
import { renderChecklist } from '../../../src/report/evidence/checklist-markdown.js';
import { renderEvidencePage } from '../../../src/report/evidence/page.js';
import { renderEvidenceTerminal } from '../../../src/report/evidence/terminal.js';
import { renderHtml } from '../../../src/report/html/page.js';
import { renderPreflightTerminal } from '../../../src/report/preflight/terminal.js';
import { renderTerminal } from '../../../src/report/terminal.js';
import { apply } from '../../../src/workflows/apply.js';
import { confirm } from '../../../src/workflows/confirm.js';
import { exportEvidence, showEvidence } from '../../../src/workflows/evidence.js';
import { preflight } from '../../../src/workflows/preflight.js';
import { rehearse } from '../../../src/workflows/rehearse-with-defaults.js';

/** Each stands in one place only, so that whoever lets it out is known. */
const secrets = {
  url: 'Url-Pass-1f9a',
  replica: 'Replica-Pass-2b7c',
  environment: 'Env-Token-3c8d',
  header: 'Header-Token-4d9e',
  role: 'Role-Pass-5e0f',
  mapping: 'Mapping-Pass-6f1a',
  body: 'Body-Pass-7a2b',
  notice: 'Notice-Pass-8b3c',
  error: 'Error-Pass-9c4d',
  comment: 'Comment-Pass-0d5e',
} as const;

/** Rows and what the server says of them: for local eyes, and for nobody else. */
const values = { literal: 'Row-Value-a1b2', detail: 'Row-Value-c3d4', raised: 'Row-Value-e5f6' } as const;

const password = (secret: string) => `postgres://app:${secret}@db.example:5432/app`;

const migrations = {
  'migrations/1_roles.sql': `CREATE ROLE lk_reporting LOGIN PASSWORD '${secrets.role}';
CREATE TABLE people (name text UNIQUE);
INSERT INTO people VALUES ('${values.literal}'), ('${values.detail}');
/* ${password(secrets.comment)} */
CREATE FUNCTION lk_connect() RETURNS text LANGUAGE sql AS $$ SELECT '${password(secrets.body)}' $$;
DO $$ BEGIN RAISE NOTICE 'connected with ${password(secrets.notice)} for %', '${values.raised}'; END $$;
`,
  'migrations/2_fails.sql': `INSERT INTO people SELECT name FROM people WHERE name LIKE '%c3d4';
`,
  'migrations/3_raises.sql': `DO $$ BEGIN RAISE EXCEPTION 'could not reach ${password(secrets.error)}' USING DETAIL = 'password=${secrets.mapping}'; END $$;
`,
};

let cluster: Cluster;
let folder: string;
const told: string[] = [];

beforeAll(async () => {
  cluster = await startCluster({ major: 17, serverBin: null });
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-secrets-'));
  const config = {
    targets: {
      production: {
        url: `postgres://postgres:${secrets.url}@${encodeURIComponent(cluster.socketDir)}:${cluster.port}/postgres`,
        replicas: [`postgres://postgres:${secrets.replica}@127.0.0.1:1/postgres`],
        tier: 3,
        metrics: { load: { http: 'http://127.0.0.1:1/', headers: { authorization: 'Bearer ${LK_TOKEN}' } } },
        hooks: { notify: [{ url: 'http://127.0.0.1:1/hook', headers: { 'x-token': '${LK_HEADER}' } }] },
      },
    },
  };
  const files = { 'lockkeeper.yaml': JSON.stringify(config), ...migrations };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
});

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const env = () => ({ ...process.env, LK_TOKEN: secrets.environment, LK_HEADER: secrets.header });

function request() {
  return {
    cwd: folder,
    env: env(),
    clock: systemClock,
    signal: new AbortController().signal,
    onProgress: (progress: unknown) => told.push(JSON.stringify(progress)),
    database: { database: null, target: 'production' },
  };
}

async function applyOnly(id: string): Promise<void> {
  const onEvent = (event: RunEvent) => told.push(JSON.stringify(event));
  const wanted = {
    selection: { paths: [] },
    until: null,
    only: [id],
    allowUndecidable: true,
    dryRun: false,
    gates: false,
  };
  const { report } = await apply({ ...request(), ...wanted, onEvent });
  told.push(renderApplyTerminal(report, { width: 100, color: false, verbose: true }), JSON.stringify(report));
}

/** Everything that was written or said, with where. */
async function everything(): Promise<readonly (readonly [string, string])[]> {
  const texts = told.map((text, index) => [`said ${index}`, text] as const);
  const names = (await readdir(join(folder, '.lockkeeper'), { recursive: true })).filter((name) =>
    name.endsWith('.json'),
  );
  const read = names.map(async (name) => [name, await readFile(join(folder, '.lockkeeper', name), 'utf8')] as const);
  return [...texts, ...(await Promise.all(read))];
}

it('credentials planted anywhere are in no record, log, page or bundle, and values of rows in no export', async () => {
  const { rehearsal } = await rehearse({ cwd: folder, env: env() });
  told.push(renderTerminal(rehearsal, { width: 100, color: false, verbose: true }), renderHtml(rehearsal));
  const wanted = { selection: { paths: [] }, until: null, only: [], allowUndecidable: true };
  const gates = await preflight({ ...request(), ...wanted, onEvent: () => undefined });
  told.push(renderPreflightTerminal(gates, { width: 100, color: false, verbose: true }), JSON.stringify(gates));
  for (const id of ['1', '2', '3']) await applyOnly(id);
  const about = { ...request(), role: null, at: null, notApplicable: false, key: null };
  await confirm({ ...about, item: 'ticket', change: null, note: `see ${password(secrets.url)}` });

  const seen = await everything();
  for (const [place, text] of seen) {
    for (const [name, secret] of Object.entries(secrets)) {
      expect(text.includes(secret), `${name} in ${place}: ${around(text, secret)}`).toBe(false);
    }
  }
  // Locally the values are there: else nothing below would mean anything.
  expect(seen.map(([, text]) => text).join('\n')).toContain(values.literal);
  expect(seen.map(([, text]) => text).join('\n')).toContain(values.detail);

  for (const change of ['1', '2', '3']) {
    const out = join(folder, 'export', `${change}.json`);
    await exportEvidence({
      ...request(),
      change,
      unredacted: false,
      out,
      html: `${out}.html`,
      checklists: `${out}-lists`,
      key: null,
      render: { page: renderEvidencePage, checklist: renderChecklist },
    });
    const shown = await showEvidence({ ...request(), change, unredacted: false });
    const { payload } = JSON.parse(await readFile(out, 'utf8')) as { readonly payload: string };
    const lists = await readdir(`${out}-lists`);
    const texts = [
      Buffer.from(payload, 'base64').toString('utf8'),
      await readFile(`${out}.html`, 'utf8'),
      renderEvidenceTerminal(shown, { width: 100, color: false, verbose: true }),
      ...(await Promise.all(lists.map((name) => readFile(join(`${out}-lists`, name), 'utf8')))),
    ];
    for (const text of texts) {
      for (const hidden of [...Object.values(secrets), ...Object.values(values)]) {
        expect(text.includes(hidden), `${hidden} of ${change}: ${around(text, hidden)}`).toBe(false);
      }
    }
  }
}, 180_000);

function around(text: string, hidden: string): string {
  const at = text.indexOf(hidden);
  return at < 0 ? '' : text.slice(Math.max(0, at - 120), at + hidden.length + 40);
}
