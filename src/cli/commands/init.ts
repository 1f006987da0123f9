import { Command, Option } from 'commander';
import { positive } from '../option-values.js';
import type { ProgramRun } from '../program.js';
import type { InitFlags } from '../run-init.js';

export function initCommand(program: ProgramRun | null): Command {
  return new Command('init')
    .description('Set a project up: configuration, npm scripts, and a workflow that checks pull requests')
    .option('--dir <folder>', 'folder of the migrations (default: detected)')
    .option('--server-major <n>', 'major version that production runs: 15, 16, 17 or 18', positive)
    .addOption(
      new Option('--ci <kind>', 'workflow to write (default: what the folder speaks for)').choices([
        'github',
        'gitlab',
        'none',
      ]),
    )
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--yes', 'do not ask, even on a terminal')
    .action(async (flags: InitFlags) => {
      if (program === null) return;
      const { runInit } = await import('../run-init.js');
      program.finish(await runInit(flags, program.around));
    });
}
