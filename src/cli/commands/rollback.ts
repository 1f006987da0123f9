import { Command, Option } from 'commander';
import type { RollbackAction } from '../../model/rollback-report.js';
import { addOutputOptions, addTargetOptions } from '../change-flags.js';
import { positive } from '../option-values.js';
import type { ProgramRun } from '../program.js';
import { rollbackFormats } from '../rollback-format.js';
import type { RollbackRunFlags } from '../run-rollback-run.js';
import type { RollbackFlags } from '../run-rollback.js';
import { addSelectionOptions } from '../shared-options.js';

const usualTimeLimitSeconds = 30;
/** Enough to see whether a way back keeps them. */
const usualRows = 3;

export function rollbackCommand(program: ProgramRun | null): Command {
  return new Command('rollback')
    .description('Make rollbacks from what the catalog shows of each change, and prove them by doing them')
    .addCommand(generateCommand(program).exitOverride())
    .addCommand(proveCommand(program).exitOverride())
    .addCommand(runCommand(program).exitOverride());
}

function generateCommand(program: ProgramRun | null): Command {
  const command = new Command('generate').description(
    'Write a rollback for each migration where its tool looks for it; none is written that was not proved, and none over another',
  );
  return shared(command, 'generate', program)
    .option('--dry-run', 'show the rollbacks, and write nothing')
    .option('--output <folder>', 'write all of them into this folder, for psql')
    .option('--fill-empty', 'write into a down part that has no statement, in a file that is there');
}

function proveCommand(program: ProgramRun | null): Command {
  const command = new Command('prove').description(
    'Apply each migration, take it back by its own rollback and by a generated one, apply it again, and compare schema and rows',
  );
  return shared(command, 'prove', program).option(
    '--with <command>',
    "run the application's own tests after up, after down and after up again",
  );
}

function shared(command: Command, action: RollbackAction, program: ProgramRun | null): Command {
  command.argument('[paths...]', 'a folder of migrations, or single SQL files (default: the configured folder)');
  return addSelectionOptions(command, {
    target: 'what its own tool has not applied there',
    database: 'what the tool of the project has not applied there',
  })
    .option('--server-major <n>', 'major version of the embedded server: 15, 16, 17 or 18', positive)
    .option('--server-bin <folder>', 'programs of an installed PostgreSQL, instead of the embedded one')
    .option('--stage-url <url>', 'a database that calls itself disposable, instead of servers of our own')
    .option('--schema-from <url>', 'start from the schema of this database, read with pg_dump')
    .option('--data <file>', 'load SQL or a pg_dump file before the first migration')
    .option('--rows <n>', 'fill every table with n rows before each migration', positive, usualRows)
    .option(
      '--keep-days <n>',
      'days for which kept rows can be put back (default: policy.limits.keepDays, or 30)',
      positive,
    )
    .option('--time-limit <seconds>', 'for all that is run to prove one migration', positive, usualTimeLimitSeconds)
    .addOption(new Option('--format <format>', 'of the report').choices(rollbackFormats).default('text'))
    .option('--verbose', 'show every difference and every reason')
    .action(async (paths: readonly string[], flags: RollbackFlags) => {
      if (program === null) return;
      const { runRollback } = await import('../run-rollback.js');
      program.finish(await runRollback(action, { paths, flags }, program.around));
    });
}

function runCommand(program: ProgramRun | null): Command {
  const command = new Command('run')
    .description(
      'Take the newest applied migration back in a database: gates first, then its rollback under limits, watched, and compared with its proof',
    )
    .argument('<id>', 'the migration')
    .option('--script <file>', 'the way back (default: the one that the project has)')
    .option('--force-order', 'also a migration that is not the newest; those after it stay');
  addTargetOptions(command)
    .option('--dry-run', 'print the steps as SQL that psql can run, and do nothing')
    .option('--no-gates', 'do not ask the gates; the report says so')
    .option('--events <file>', 'write what happens as JSON lines to a file; - is standard output');
  return addOutputOptions(command).action(async (id: string, flags: RollbackRunFlags) => {
    if (program === null) return;
    const { runRollbackRun } = await import('../run-rollback-run.js');
    program.finish(await runRollbackRun(id, flags, program.around));
  });
}
