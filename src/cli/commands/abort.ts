import { Command, Option } from 'commander';
import type { ProgramRun } from '../program.js';
import type { AbortFlags } from '../run-target.js';
import { onTarget } from '../target-flags.js';

export function abortCommand(program: ProgramRun | null): Command {
  const command = new Command('abort')
    .description('End a run that was broken off, or one that is at work, in a known state, and say which')
    .addOption(
      new Option('--assume <state>', 'what you found out of a step of which nothing tells').choices([
        'applied',
        'not-applied',
      ]),
    )
    .option('--yes', 'end a run that is at work without asking');
  return onTarget(command).action(async (flags: AbortFlags) => {
    if (program === null) return;
    const { runAbort } = await import('../run-target.js');
    program.finish(await runAbort(flags, program.around));
  });
}
