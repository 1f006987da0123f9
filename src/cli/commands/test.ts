import { Command, Option } from 'commander';
import { testedRollbacks } from '../../model/test-report.js';
import { positive } from '../option-values.js';
import type { ProgramRun } from '../program.js';
import type { TestFlags } from '../run-test.js';
import { addSelectionOptions } from '../shared-options.js';
import { testFormats } from '../test-format.js';

const usualTimeLimitSeconds = 30;

export function testCommand(program: ProgramRun | null): Command {
  const command = new Command('test')
    .description(
      'Prove rollbacks by doing them: apply each migration, take it back, apply it again, and compare schema and rows',
    )
    .argument('[paths...]', 'a folder of migrations, or single SQL files (default: the configured folder)');
  return addSelectionOptions(command, {
    target: 'what its own tool has not applied there',
    database: 'what the tool of the project has not applied there',
  })
    .addOption(
      new Option('--rollbacks <which>', 'those of the project, those made from the catalog, or both')
        .choices(testedRollbacks)
        .default('both'),
    )
    .option('--server-major <n>', 'major version of the embedded server: 15, 16, 17 or 18', positive)
    .option('--server-bin <folder>', 'programs of an installed PostgreSQL, instead of the embedded one')
    .option('--stage-url <url>', 'a database that calls itself disposable, instead of servers of our own')
    .option('--schema-from <url>', 'start from the schema of this database, read with pg_dump')
    .option('--data <file>', 'load SQL or a pg_dump file before the first tested migration')
    .option('--rows <n>', 'fill every table with n rows before each migration', positive)
    .option('--with <command>', "run the application's own tests after up, after down and after up again")
    .option('--time-limit <seconds>', 'for all that is run to prove one migration', positive, usualTimeLimitSeconds)
    .option('--fail-fast', 'stop at the first migration that is not restored')
    .option('--writes', 'write rows between up and down too, and look whether they survive')
    .option('--require-rollbacks', 'a migration that is declared to have no rollback falls short too')
    .addOption(
      new Option('--format <format>', 'of the report (default: text, or as the name of --output says)').choices(
        testFormats,
      ),
    )
    .option('--output <file>', 'write the report to a file')
    .option('--verbose', 'show the generated rollbacks too')
    .action(async (paths: readonly string[], flags: TestFlags) => {
      if (program === null) return;
      const { runTest } = await import('../run-test.js');
      program.finish(await runTest(paths, flags, program.around));
    });
}
