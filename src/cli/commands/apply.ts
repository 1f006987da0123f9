import { Command } from 'commander';
import { addOutputOptions, addTargetOptions, addWantedOptions } from '../change-flags.js';
import type { ProgramRun } from '../program.js';
import type { ApplyFlags } from '../run-apply.js';

export function applyCommand(program: ProgramRun | null): Command {
  const command = new Command('apply')
    .description(
      'Apply to a database what it lacks: gates first, then step after step under limits, watched, and written into a ledger',
    )
    .argument('[paths...]', 'a folder of migrations, or single SQL files (default: the configured folder)');
  addWantedOptions(addTargetOptions(command))
    .option('--dry-run', 'print the steps as SQL that psql can run, and do nothing')
    .option('--no-gates', 'do not ask the gates; the report says so')
    .option('--no-validate', 'do not look afterwards whether all is well')
    .option(
      '--exec <command>',
      "run the team's own migration command instead, with limits around every statement it sends",
    )
    .option('--events <file>', 'write what happens as JSON lines to a file; - is standard output');
  return addOutputOptions(command).action(async (paths: readonly string[], flags: ApplyFlags) => {
    if (program === null) return;
    const { runApply } = await import('../run-apply.js');
    program.finish(await runApply(paths, flags, program.around));
  });
}
