import type { Command } from 'commander';

/** Where, and after which run. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option('--target <name>', 'a configured target')
    .option('--database <url>', 'a database, in place of a target')
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--dir <folder>', 'folder of the migrations')
    .option('--format-of-project <id>', 'the tool whose migrations these are (default: detected)')
    .option('--run <id>', 'a run of the ledger (default: the newest of which something took effect)');
}
