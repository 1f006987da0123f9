import { Command } from 'commander';
import { checkFormats } from '../check-format.js';
import { positive } from '../option-values.js';
import type { ProgramRun } from '../program.js';
import type { CheckFlags } from '../run-check.js';
import { addReportOptions, addSelectionOptions } from '../shared-options.js';

export function checkCommand(program: ProgramRun | null): Command {
  const command = new Command('check')
    .description(
      'Say from the SQL what migrations lock, rewrite, scan and break, how risky they are, and what to write instead',
    )
    .argument(
      '[paths...]',
      'a folder of migrations, single SQL files, or - for standard input (default: the configured folder)',
    );
  addSelectionOptions(command, {
    target: 'what is unapplied there, its schema, sizes and tier',
    database: 'what is unapplied there, its schema and sizes',
  })
    .option(
      '--shadow',
      'replay the history on a server of our own, and judge each statement by the schema it meets (default where there is history)',
    )
    .option('--no-shadow', 'judge by the text, and the database if one is named')
    .option('--server-major <n>', 'major version that the change is for: 15, 16, 17 or 18', positive)
    .option('--server-bin <folder>', 'programs of an installed PostgreSQL for the shadow, instead of the embedded one')
    .option('--style', 'judge style too')
    .option('--baseline <file>', 'findings that are known and accepted, as --write-baseline wrote them')
    .option('--write-baseline', 'accept all findings of today: write them to the file of --baseline');
  return addReportOptions(command, checkFormats)
    .option('--verbose', 'show quiet statements, and what is suppressed')
    .action(async (paths: readonly string[], flags: CheckFlags) => {
      if (program === null) return;
      const { runCheck } = await import('../run-check.js');
      program.finish(await runCheck(paths, flags, program.around));
    });
}
