import { Command, Option } from 'commander';
import { checkFormats } from '../check-format.js';
import { severities } from '../exit-code.js';
import { positive } from '../option-values.js';
import type { ProgramRun } from '../program.js';
import type { CheckFlags } from '../run-check.js';

export function checkCommand(program: ProgramRun | null): Command {
  return new Command('check')
    .description(
      'Say from the SQL what migrations lock, rewrite, scan and break, how risky they are, and what to write instead',
    )
    .argument(
      '[paths...]',
      'a folder of migrations, single SQL files, or - for standard input (default: the configured folder)',
    )
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--dir <folder>', 'folder of the migrations')
    .option('--format-of-project <id>', 'the tool whose migrations these are (default: detected)')
    .option('--pending <n>', 'the last n migrations; those before count as applied', positive)
    .option('--from <id>', 'from this migration to the last')
    .option('--all', 'all migrations (default without a target)')
    .option('--since <revision>', 'migrations whose files are new since a git revision')
    .option(
      '--target <name>',
      'a configured target: what is unapplied there, its schema, sizes and tier; nothing is written to it',
    )
    .option('--database <url>', 'a database: what is unapplied there, its schema and sizes; nothing is written to it')
    .option(
      '--shadow',
      'replay the history on a server of our own, and judge each statement by the schema it meets (default where there is history)',
    )
    .option('--no-shadow', 'judge by the text, and the database if one is named')
    .option('--server-major <n>', 'major version that the change is for: 15, 16, 17 or 18', positive)
    .option('--server-bin <folder>', 'programs of an installed PostgreSQL for the shadow, instead of the embedded one')
    .option('--style', 'judge style too')
    .option('--baseline <file>', 'findings that are known and accepted, as --write-baseline wrote them')
    .option('--write-baseline', 'accept all findings of today: write them to the file of --baseline')
    .addOption(
      new Option('--format <format>', 'of the report (default: text, or as the name of --output says)').choices(
        checkFormats,
      ),
    )
    .option('--output <file>', 'write the report to a file')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices(severities).default('error'),
    )
    .option('--verbose', 'show quiet statements, and what is suppressed')
    .action(async (paths: readonly string[], flags: CheckFlags) => {
      if (program === null) return;
      const { runCheck } = await import('../run-check.js');
      program.finish(await runCheck(paths, flags, program.around));
    });
}
