import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { checkSchema } from '../../src/report/check-schema.js';
import { rehearsalSchema } from '../../src/report/rehearsal-schema.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
}

type Variables = Readonly<Record<string, string>>;

/** Starts the built command without a terminal and without what a CI sets. */
export function startLockkeeper(cwd: string, args: readonly string[], variables: Variables = {}): Running {
  const { CI: _ci, NO_COLOR: _noColor, ...inherited } = process.env;
  const env = { ...inherited, ...variables };
  const child = spawn(process.execPath, [main, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, outcome: outcomeOf(child) };
}

/** Gives it text on standard input. */
export function feedLockkeeper(cwd: string, args: readonly string[], input: string): Promise<Outcome> {
  const child = spawn(process.execPath, [main, ...args], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  return outcomeOf(child);
}

function outcomeOf(child: ChildProcess): Promise<Outcome> {
  return new Promise<Outcome>((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

export function runLockkeeper(cwd: string, args: readonly string[], variables: Variables = {}): Promise<Outcome> {
  return startLockkeeper(cwd, args, variables).outcome;
}

/** The rehearsal that is the whole of stdout. Throws when anything else is there. */
export function rehearsalOn(stdout: string): z.infer<typeof rehearsalSchema> {
  return rehearsalSchema.parse(JSON.parse(stdout));
}

/** The report of a check that is the whole of stdout. Throws when anything else is there. */
export function checkOn(stdout: string): z.infer<typeof checkSchema> {
  return checkSchema.parse(JSON.parse(stdout));
}

export interface Folder extends AsyncDisposable {
  readonly path: string;
}

/** A new folder with files by their relative paths. It is open to the server's own user, as a cache has to be. */
export async function makeFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'lockkeeper-scenario-'));
  await chmod(path, 0o755);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
