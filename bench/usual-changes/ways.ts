import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionTarget } from '../../src/foundation/postgres/connection-target.js';
import type { ChangeForm } from './changes.js';
import { longerOnReplica, pause, type World } from './world.js';

/** How a change is brought to a database; says in a few words what became of it. */
export interface Way {
  readonly name: string;
  readonly run: (form: ChangeForm, world: World) => Promise<string>;
}

export const waysOf = (cli: string): readonly Way[] => [
  { name: 'lockkeeper', run: (form, world) => byLockkeeper(form, world, cli) },
  { name: 'psql', run: byPsql },
  { name: 'psql, lock_timeout, retries', run: byRetries },
];

/** What a run may take beyond the reports, in seconds. */
const graceSeconds = 60;

function longestSeconds({ options: { reportSeconds } }: World): number {
  return reportSeconds + longerOnReplica(reportSeconds) + graceSeconds;
}

async function byLockkeeper(form: ChangeForm, world: World, cli: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'usual-changes-'));
  try {
    await mkdir(join(dir, 'migrations'));
    // Plain files, for psql: what is to be one transaction says so itself.
    await writeFile(join(dir, 'migrations', '1_change.sql'), textOf(form));
    const config = {
      targets: { shop: { url: urlOf(world.primary), tier: 1, replicas: [urlOf(world.replica)] } },
      policy: { limits: { patienceMs: (longestSeconds(world) - graceSeconds / 2) * 1000 } },
    };
    await writeFile(join(dir, 'lockkeeper.yaml'), JSON.stringify(config));
    const args = [cli, 'apply', '--target', 'shop', '--no-gates', '--format', 'json'];
    const { stdout, stderr } = await run(process.execPath, args, {
      cwd: dir,
      seconds: longestSeconds(world),
    });
    if (stdout === '') return `failed: ${firstLine(stderr)}`;
    const report = JSON.parse(stdout) as Told;
    const failures = report.steps.flatMap(
      ({ outcome }) => outcome?.attempts.flatMap(({ failure }) => failure ?? []) ?? [],
    );
    const attempts = report.steps.reduce((sum, { outcome }) => sum + (outcome?.attempts.length ?? 0), 0);
    const last = report.verdict === 'applied' ? '' : `: ${failures.at(-1)?.message ?? ''}`;
    return `${report.verdict}${last} (${attempts} attempts)`;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Told {
  readonly verdict: string;
  readonly steps: readonly {
    readonly outcome: {
      readonly attempts: readonly { readonly failure: { readonly message: string } | null }[];
    } | null;
  }[];
}

function textOf({ sql, transaction }: ChangeForm): string {
  return transaction ? `BEGIN;\n${sql}\nCOMMIT;\n` : `${sql}\n`;
}

async function byPsql(form: ChangeForm, world: World): Promise<string> {
  const { code, stderr } = await psql(textOf(form), world);
  return code === 0 ? 'applied' : `failed: ${firstLine(stderr)}`;
}

const lockTimeout = `SET lock_timeout = '500ms';`;
const retryPauseMs = 1_000;

/** As such scripts do: what commits by itself is tried again by itself. */
async function byRetries(form: ChangeForm, world: World): Promise<string> {
  const pieces = form.transaction ? [textOf(form)] : form.sql.split('\n');
  const end = performance.now() + (longestSeconds(world) - graceSeconds / 2) * 1000;
  let attempts = 0;
  for (const piece of pieces) {
    for (;;) {
      attempts += 1;
      const { code, stderr } = await psql(`${lockTimeout}\n${piece}`, world);
      if (code === 0) break;
      const inVain = !stderr.includes('lock timeout') || performance.now() > end;
      if (inVain) return `failed: ${firstLine(stderr)} (${attempts} attempts)`;
      await pause(retryPauseMs);
    }
  }
  return `applied (${attempts} attempts)`;
}

function psql(text: string, world: World): Promise<Ended> {
  const args = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', urlOf(world.primary), '-f', '-'];
  return run('psql', args, { input: text, seconds: longestSeconds(world) });
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  program: string,
  args: readonly string[],
  { cwd, input = '', seconds }: { readonly cwd?: string; readonly input?: string; readonly seconds: number },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PGOPTIONS: '--client-min-messages=error' };
    const child = spawn(program, args, { ...(cwd === undefined ? {} : { cwd }), env });
    const timer = setTimeout(() => child.kill('SIGINT'), seconds * 1000);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.stdin.on('error', () => undefined).end(input);
    child.once('error', reject).once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}

function firstLine(text: string): string {
  return (text.split('\n').find((line) => line.trim() !== '') ?? '').replace(/^psql:<stdin>:\d+: (?:ERROR: +)?/, '');
}

function urlOf({ host, port, user, database }: ConnectionTarget): string {
  return `host=${host} port=${port} user=${user} dbname=${database}`;
}
