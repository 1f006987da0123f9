import { Command, Option } from 'commander';
import { positive, positiveSeconds } from '../option-values.js';
import type { ProgramRun } from '../program.js';
import type { LocksFlags } from '../run-locks.js';

export function locksCommand(program: ProgramRun | null): Command {
  return new Command('locks')
    .description('Show who blocks whom on a server, name the root blocker, and say what may be cancelled and why')
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--target <name>', 'a configured target')
    .option('--database <url>', 'a database; who waits is shown for its whole server')
    .addOption(
      new Option('--watch [seconds]', 'look again and again: a screen on a terminal, lines elsewhere')
        .preset(2)
        .argParser(positiveSeconds)
        .conflicts(['cancel', 'terminate']),
    )
    .addOption(
      new Option('--cancel <pid>', 'show this backend, ask, and cancel its query')
        .argParser(positive)
        .conflicts('terminate'),
    )
    .option('--terminate <pid>', 'show this backend, ask, and end its session', positive)
    .option('--yes', 'do it without asking')
    .option('--force', 'also what is better left alone: replication, a wraparound vacuum, lockkeeper itself')
    .option('--no-query-text', 'leave out the text of queries: it may hold data')
    .addOption(
      new Option('--format <format>', 'json is a line for each look with --watch')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--verbose', 'show all that wait, and long queries')
    .action(async (flags: LocksFlags) => {
      if (program === null) return;
      const { runLocks } = await import('../run-locks.js');
      program.finish(await runLocks(flags, program.around));
    });
}
