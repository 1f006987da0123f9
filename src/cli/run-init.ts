import { formatCounted } from '../report/units.js';
import { type ContinuousIntegration, type InitPlan, planInit, writeInit } from '../workflows/init.js';
import { exitCodes } from './exit-code.js';
import type { Surroundings } from './surroundings.js';

/** The options of `init`, as they were parsed. */
export interface InitFlags {
  readonly dir?: string;
  readonly serverMajor?: number;
  readonly ci?: ContinuousIntegration;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Sets the project up, and returns the exit code. Asks only on a terminal. Throws ChangeSafetyError. */
export async function runInit(flags: InitFlags, around: Surroundings): Promise<number> {
  const { cwd } = around;
  const plan = await planInit({
    cwd,
    dir: flags.dir ?? null,
    major: flags.serverMajor ?? 17,
    ci: flags.ci ?? null,
  });
  around.stdout(describe(plan));
  if (plan.files.length === 0 || flags.dryRun === true) return exitCodes.ok;
  if (flags.yes !== true && around.interactive && !(await agrees(around))) {
    around.stdout('Nothing was written.\n');
    return exitCodes.ok;
  }
  await writeInit(cwd, plan.files);
  around.stdout('Written. Next: lockkeeper check\n');
  return exitCodes.ok;
}

function describe({ facts, migrations, files, kept }: InitPlan): string {
  return [
    `${formatCounted(migrations, 'migration')} of ${facts.format} in ${facts.dir}, for PostgreSQL ${facts.major}.`,
    ...files.map(({ path, mode, purpose }) => `  ${mode === 'create' ? 'new    ' : 'changed'}  ${path}  (${purpose})`),
    ...kept.map((path) => `  kept     ${path}`),
    ...(files.length === 0 ? ['Everything is there already.'] : []),
    '',
  ].join('\n');
}

async function agrees(around: Surroundings): Promise<boolean> {
  return !/^\s*n/i.test(await around.ask('Write them? [Y/n] '));
}
