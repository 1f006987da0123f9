import { Command } from 'commander';
import type { ProgramRun } from '../program.js';
import { onTarget, type TargetFlags } from '../target-flags.js';

export function statusCommand(program: ProgramRun | null): Command {
  const command = new Command('status').description(
    'Say how a database stands: what is applied and pending, who changes it now, what was broken off; exit with 1 when something needs a person',
  );
  return onTarget(command).action(async (flags: TargetFlags) => {
    if (program === null) return;
    const { runStatus } = await import('../run-target.js');
    program.finish(await runStatus(flags, program.around));
  });
}
