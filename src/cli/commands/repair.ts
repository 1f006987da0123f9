import { Command, Option } from 'commander';
import type { ProgramRun } from '../program.js';
import type { DeclareFlags } from '../run-target.js';
import { onTarget } from '../target-flags.js';

export function repairCommand(program: ProgramRun | null): Command {
  const command = new Command('repair')
    .description('Make ledger and the tool’s own table agree with what you found out about a migration; nothing is run')
    .addOption(new Option('--applied <id>', 'this migration is in the database').conflicts('reverted'))
    .option('--reverted <id>', 'this migration is not in the database')
    .option('--reason <text>', 'why that is so; stands in the ledger')
    .option('--yes', 'do not ask');
  return onTarget(command).action(async (flags: DeclareFlags) => {
    if (program === null) return;
    const { runRepair } = await import('../run-target.js');
    program.finish(await runRepair(flags, program.around));
  });
}
