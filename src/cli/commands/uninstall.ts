import { Command } from 'commander';
import type { ProgramRun } from '../program.js';
import type { UninstallFlags } from '../run-target.js';
import { onTarget } from '../target-flags.js';

export function uninstallCommand(program: ProgramRun | null): Command {
  const command = new Command('uninstall')
    .description('Take every trace of lockkeeper out of a database; the tool’s own table stays')
    .option('--drop-kept', 'also the rows that are kept for rollbacks')
    .option('--yes', 'do not ask');
  return onTarget(command).action(async (flags: UninstallFlags) => {
    if (program === null) return;
    const { runUninstall } = await import('../run-target.js');
    program.finish(await runUninstall(flags, program.around));
  });
}
