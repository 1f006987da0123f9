import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readProject } from '../foundation/project/read-project.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import {
  configFile,
  githubWorkflow,
  gitlabJob,
  type PlannedFile,
  type ProjectFacts,
  withScripts,
} from './init/planned-files.js';

export type ContinuousIntegration = 'github' | 'gitlab' | 'none';

export interface InitRequest {
  readonly cwd: string;
  /** Folder of the migrations; null: look for it. */
  readonly dir: string | null;
  readonly major: number;
  /** Null: what the folder speaks for. */
  readonly ci: ContinuousIntegration | null;
}

export interface InitPlan {
  readonly facts: ProjectFacts;
  readonly migrations: number;
  readonly files: readonly PlannedFile[];
  /** Paths that are there already and stay as they are. */
  readonly kept: readonly string[];
}

/** What setting up this project would write. Writes nothing. Throws ChangeSafetyError when there are no migrations. */
export async function planInit({ cwd, dir, major, ci }: InitRequest): Promise<InitPlan> {
  const project = await readProject(dir === null ? cwd : join(cwd, dir), { format: 'auto', placeholders: {} });
  const facts = { dir: relative(cwd, project.dir).replaceAll('\\', '/') || '.', format: project.format, major };
  const wanted = [configFile(facts), ...ciFiles(facts, ci ?? (await spokenCi(cwd)))];
  const exists = await Promise.all(wanted.map(({ path }) => isThere(join(cwd, path))));
  const scripts = await planScripts(cwd);
  return {
    facts,
    migrations: project.migrations.length,
    files: [...wanted.filter((_, index) => exists[index] === false), ...scripts],
    kept: wanted.filter((_, index) => exists[index] === true).map(({ path }) => path),
  };
}

/** Writes the files of a plan. What came into being in the meantime is not overwritten. */
export async function writeInit(cwd: string, files: readonly PlannedFile[]): Promise<void> {
  for (const { path, text, mode } of files) {
    const target = join(cwd, path);
    try {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text, { flag: mode === 'create' ? 'wx' : 'w' });
    } catch (cause) {
      throw new ChangeSafetyError({
        code: 'output-failed',
        message: `${path} could not be written: ${cause instanceof Error ? cause.message : String(cause)}`,
        remedy: 'Files before it are written; run the command again when the cause is gone.',
        effect: 'none',
        cause,
      });
    }
  }
}

function ciFiles(facts: ProjectFacts, ci: ContinuousIntegration): readonly PlannedFile[] {
  if (ci === 'github') return [githubWorkflow(facts)];
  return ci === 'gitlab' ? [gitlabJob(facts)] : [];
}

async function spokenCi(cwd: string): Promise<ContinuousIntegration> {
  if (await isThere(join(cwd, '.github'))) return 'github';
  return (await isThere(join(cwd, '.gitlab-ci.yml'))) ? 'gitlab' : 'none';
}

async function planScripts(cwd: string): Promise<readonly PlannedFile[]> {
  const before = await readFile(join(cwd, 'package.json'), 'utf8').catch(() => null);
  if (before === null) return [];
  const text = extended(before);
  return text === null ? [] : [{ path: 'package.json', text, mode: 'merge', purpose: 'npm scripts' }];
}

function extended(packageJson: string): string | null {
  try {
    return withScripts(packageJson);
  } catch (cause) {
    throw new ChangeSafetyError({
      code: 'project-invalid',
      message: `package.json is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Correct it, and run the command again.',
      effect: 'none',
      cause,
    });
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
