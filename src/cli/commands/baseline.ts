import { Command } from 'commander';
import type { ProgramRun } from '../program.js';
import type { DeclareFlags } from '../run-target.js';
import { onTarget } from '../target-flags.js';

export function baselineCommand(program: ProgramRun | null): Command {
  const command = new Command('baseline')
    .description('Declare migrations as applied that are in the database already; nothing of them is run')
    .argument('[ids...]', 'ids of migrations')
    .option('--until <id>', 'all that are not applied, up to this one')
    .option('--reason <text>', 'why that is so; stands in the ledger')
    .option('--yes', 'do not ask');
  return onTarget(command).action(async (ids: readonly string[], flags: DeclareFlags) => {
    if (program === null) return;
    const { runBaseline } = await import('../run-target.js');
    program.finish(await runBaseline(ids, flags, program.around));
  });
}
