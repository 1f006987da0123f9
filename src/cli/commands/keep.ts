import { Command, Option } from 'commander';
import { keepFormats } from '../keep-format.js';
import type { ProgramRun } from '../program.js';
import type { DropKeptFlags, KeepFlags } from '../run-keep.js';

export function keepCommand(program: ProgramRun | null): Command {
  return new Command('keep')
    .description('See and drop the rows that are kept in a database so that rollbacks can put them back')
    .addCommand(listCommand(program).exitOverride())
    .addCommand(dropCommand(program).exitOverride());
}

function listCommand(program: ProgramRun | null): Command {
  const command = new Command('list').description(
    'Say what is kept: of which table, before which migration, how much, until when; exit with 1 when something has expired',
  );
  return onDatabase(command).action(async (flags: KeepFlags) => {
    if (program === null) return;
    const { runKeepList } = await import('../run-keep.js');
    program.finish(await runKeepList(flags, program.around));
  });
}

function dropCommand(program: ProgramRun | null): Command {
  const command = new Command('drop')
    .description('Drop what is kept, all that is chosen or nothing; without a terminal this needs --yes')
    .argument('[ids...]', 'names of kept tables, or ids of the migrations before which they were kept')
    .option('--expired', 'everything that has expired')
    .option('--yes', 'do not ask');
  return onDatabase(command).action(async (ids: readonly string[], flags: DropKeptFlags) => {
    if (program === null) return;
    const { runKeepDrop } = await import('../run-keep.js');
    program.finish(await runKeepDrop(ids, flags, program.around));
  });
}

function onDatabase(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--target <name>', 'a configured target')
    .option('--database <url>', 'a database')
    .addOption(new Option('--format <format>', 'of the report').choices(keepFormats).default('text'));
}
