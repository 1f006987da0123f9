import { type Command, Option } from 'commander';
import { severities } from './exit-code.js';
import { positive } from './option-values.js';

/** What a verb reads from the databases that may be named. */
export interface DatabaseWords {
  readonly target: string;
  readonly database: string;
}

/** Which migrations are meant: the same for every verb. */
export function addSelectionOptions(command: Command, { target, database }: DatabaseWords): Command {
  return command
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--dir <folder>', 'folder of the migrations')
    .option('--format-of-project <id>', 'the tool whose migrations these are (default: detected)')
    .option('--pending <n>', 'the last n migrations; those before count as applied', positive)
    .option('--from <id>', 'from this migration to the last')
    .option('--all', 'all migrations (default without a target or a database)')
    .option('--since <revision>', 'migrations whose files are new since a git revision')
    .option('--until <id>', 'of these, no later migration than this')
    .option('--only <id...>', 'of these, just these migrations')
    .option('--target <name>', `a configured target: ${target}; nothing is written to it`)
    .option('--database <url>', `a database: ${database}; nothing is written to it`);
}

/** How the report is written, and when it ends with 1. */
export function addReportOptions(command: Command, formats: readonly string[]): Command {
  return command
    .addOption(
      new Option('--format <format>', 'of the report (default: text, or as the name of --output says)').choices(
        formats,
      ),
    )
    .option('--output <file>', 'write the report to a file')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices(severities).default('error'),
    );
}
