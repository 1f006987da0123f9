import { Command } from 'commander';
import { positive } from '../option-values.js';
import type { ProgramRun } from '../program.js';
import { reportFormats } from '../report-format.js';
import type { RehearseFlags } from '../run-rehearse.js';
import { usualTraffic } from '../usual-traffic.js';
import { addReportOptions, addSelectionOptions } from '../shared-options.js';

export function rehearseCommand(program: ProgramRun | null): Command {
  const command = new Command('rehearse')
    .description(
      'Try migrations on a disposable PostgreSQL server and measure locks, stalls, WAL and I/O of each statement',
    )
    .argument('[paths...]', 'a folder of migrations, or single SQL files (default: the configured folder)');
  addSelectionOptions(command, {
    target: 'what its own tool has not applied there',
    database: 'what the tool of the project has not applied there',
  })
    .option('--server-major <n>', 'major version of the embedded server: 15, 16, 17 or 18', positive)
    .option('--server-bin <folder>', 'programs of an installed PostgreSQL, instead of the embedded one')
    .option('--stage-url <url>', 'a database that calls itself disposable, instead of a server of our own')
    .option('--schema-from <url>', 'start from the schema of this database, read with pg_dump')
    .option('--data <file>', 'load SQL or a pg_dump file before the change')
    .option('--rows <n>', 'fill every table with n rows before the change', positive)
    .option(
      '--traffic [perSecond]',
      `readers and writers on the touched tables, each ${usualTraffic} requests per second`,
      positive,
    )
    .option('--standby', 'measure a streaming standby too')
    .option('--role <name>', 'run the change with the rights of this role')
    .option('--twice', 'run each migration once more after it was applied, to see that it is idempotent')
    .option('--exec <command>', "run the team's own migration command instead, and observe it");
  return addReportOptions(command, reportFormats)
    .option('--verbose', 'show quiet statements too')
    .action(async (paths: readonly string[], flags: RehearseFlags) => {
      if (program === null) return;
      const { runRehearse } = await import('../run-rehearse.js');
      program.finish(await runRehearse(paths, flags, program.around));
    });
}
