import { Command } from 'commander';
import { addOutputOptions, addTargetOptions } from '../change-flags.js';
import type { ProgramRun } from '../program.js';
import type { RunFlags } from '../run-apply.js';

export function resumeCommand(program: ProgramRun | null): Command {
  const command = new Command('resume')
    .description('Take up a run that was broken off: end what is left of it, find out how far it came, and finish it')
    .argument('[paths...]', 'the folder or the files that it was begun with (default: the configured folder)');
  addTargetOptions(command)
    .option('--no-validate', 'do not look afterwards whether all is well')
    .option('--events <file>', 'write what happens as JSON lines to a file; - is standard output');
  return addOutputOptions(command).action(async (paths: readonly string[], flags: RunFlags) => {
    if (program === null) return;
    const { runResume } = await import('../run-apply.js');
    program.finish(await runResume(paths, flags, program.around));
  });
}
