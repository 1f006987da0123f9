import { Command, Option } from 'commander';
import { addOutputOptions } from '../change-flags.js';
import { shortTime } from '../option-values.js';
import type { ProgramRun } from '../program.js';
import type { WatchFlags } from '../run-watch.js';
import { addRunOptions } from '../change-flags.js';

const hourMs = 3_600_000;

export function watchCommand(program: ProgramRun | null): Command {
  const command = addRunOptions(
    new Command('watch').description(
      'Watch a database and its application after a run, and say with the decision tree whether to go on, assess or roll back; exit with 1 unless to go on',
    ),
  )
    .addOption(new Option('--for <time>', 'how long: 90s, 30m, 1h').argParser(shortTime).default(hourMs, '1h'))
    .option(
      '--auto-rollback',
      'act where that is allowed: traffic first, then a proved rollback of the catalog alone; exit with 4 where a person has to decide',
    )
    .option('--events <file>', 'write what happens as JSON lines to a file; - is standard output');
  return addOutputOptions(command).action(async (flags: WatchFlags) => {
    if (program === null) return;
    const { runWatch } = await import('../run-watch.js');
    program.finish(await runWatch(flags, program.around));
  });
}
