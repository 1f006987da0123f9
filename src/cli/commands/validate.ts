import { Command } from 'commander';
import { addOutputOptions } from '../change-flags.js';
import type { ProgramRun } from '../program.js';
import type { ValidateFlags } from '../run-watch.js';
import { addRunOptions } from '../change-flags.js';

export function validateCommand(program: ProgramRun | null): Command {
  const command = new Command('validate').description(
    'Look whether all is well after a run: what was touched, smoke commands, tests, critical queries, standbys, health; exit with 1 when it is not',
  );
  return addOutputOptions(addRunOptions(command)).action(async (flags: ValidateFlags) => {
    if (program === null) return;
    const { runValidate } = await import('../run-watch.js');
    program.finish(await runValidate(flags, program.around));
  });
}
