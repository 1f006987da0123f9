import { Command } from 'commander';
import type { ProgramRun } from '../program.js';
import { positive } from '../option-values.js';
import type { StatusFlags } from '../run-controls.js';
import { onTarget } from '../target-flags.js';

export function statusCommand(program: ProgramRun | null): Command {
  const command = new Command('status').description(
    'Say how a database stands: what is applied and pending, who changes it now, what was broken off; exit with 1 when something needs a person',
  );
  return onTarget(command)
    .option('--controls', 'which required steps of each change are done, by whom, and which are missing')
    .option('--last <n>', 'with --controls: of so many changes, the newest first', positive)
    .action(async (flags: StatusFlags) => {
      if (program === null) return;
      if (flags.controls === true) {
        const { runControls } = await import('../run-controls.js');
        program.finish(await runControls(flags, program.around));
        return;
      }
      const { runStatus } = await import('../run-target.js');
      program.finish(await runStatus(flags, program.around));
    });
}
