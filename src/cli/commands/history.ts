import { Command } from 'commander';
import { positive } from '../option-values.js';
import type { ProgramRun } from '../program.js';
import type { HistoryFlags } from '../run-target.js';
import { onTarget } from '../target-flags.js';

export function historyCommand(program: ProgramRun | null): Command {
  const command = new Command('history')
    .description('List the runs that a database has seen: what, who, when, and what became of it')
    .option('--last <n>', 'the last so many', positive)
    .option('--migration <id>', 'only those about this migration');
  return onTarget(command).action(async (flags: HistoryFlags) => {
    if (program === null) return;
    const { runHistory } = await import('../run-target.js');
    program.finish(await runHistory(flags, program.around));
  });
}
