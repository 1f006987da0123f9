import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readPostmasterFile } from '../../../../src/foundation/postgres/server/postmaster-file.js';
import { chooseServerUser, isReachableByAnybody } from '../../../../src/foundation/postgres/server/server-user.js';
import { sweepLeftovers } from '../../../../src/foundation/postgres/server/sweep.js';
import { readCommandLine } from '../../../../src/foundation/runtime/process-identity.js';
import { makeTemporaryFolder } from '../../../../src/foundation/runtime/temporary-folder.js';
import { bundleProgram } from '../../../support/bundle-program.js';

const script = await bundleProgram(join(import.meta.dirname, 'hold-cluster.ts'));

interface Held {
  readonly child: ChildProcess;
  readonly dataDir: string;
  readonly uid: number;
}

async function holdCluster(command: string[], env: Record<string, string | undefined> = process.env): Promise<Held> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, ...(JSON.parse(text.toString()) as { dataDir: string; uid: number }) };
}

test('kill -9 of the owner ends server and data within five seconds', async () => {
  const { child, dataDir } = await holdCluster([process.execPath, script]);
  const pid = readPostmasterFile(dataDir)?.pid ?? 0;
  expect(readCommandLine(pid)).toContain(dataDir);
  child.kill('SIGKILL');
  await expect.poll(() => existsSync(dirname(dataDir)), { timeout: 5_000 }).toBe(false);
  expect(readCommandLine(pid) ?? '').not.toContain(dataDir);
});

test('what a run without its supervisor left is swept, and a live run is not', async () => {
  const dead = await holdCluster([process.execPath, script]);
  const live = await holdCluster([process.execPath, script]);
  try {
    const pid = readPostmasterFile(dead.dataDir)?.pid ?? 0;
    killSupervisors(dead.child.pid ?? 0);
    dead.child.kill('SIGKILL');
    await once(dead.child, 'close');
    expect(readCommandLine(pid)).toContain(dead.dataDir);

    const roots = [dirname(dirname(dead.dataDir))];
    await sweepLeftovers({ roots, user: chooseServerUser() });
    expect(existsSync(dirname(dead.dataDir))).toBe(false);
    expect(readCommandLine(pid) ?? '').not.toContain(dead.dataDir);
    expect(readPostmasterFile(live.dataDir)?.status).toBe('ready');
  } finally {
    live.child.kill('SIGKILL');
  }
});

/** The supervisor and its watcher are one process group, which is led by the owner's only child. */
function killSupervisors(owner: number): void {
  const children = readChildren(owner);
  expect(children).toHaveLength(1);
  for (const pid of children.flatMap((supervisor) => [...readChildren(supervisor), supervisor])) {
    if (readCommandLine(pid)?.includes('lockkeeper-supervisor')) process.kill(pid, 'SIGKILL');
  }
}

/** The processes whose parent is this one. */
function readChildren(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        return false;
      }
    });
}

const isRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0;

test.runIf(isRootOnLinux && isReachableByAnybody(script))('an ordinary user starts a cluster as itself', async () => {
  await using home = await makeTemporaryFolder(tmpdir(), 'home-');
  const uid = 65534;
  await chown(home.path, uid, uid);
  const env = { PATH: process.env.PATH, HOME: home.path, LOCKKEEPER_CACHE: join(home.path, 'cache') };
  const identity = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  const held = await holdCluster(['setpriv', ...identity, process.execPath, script, 'stop'], env);
  expect(held.uid).toBe(uid);
  expect((await once(held.child, 'close'))[0]).toBe(0);
  expect(existsSync(dirname(held.dataDir))).toBe(false);
});
