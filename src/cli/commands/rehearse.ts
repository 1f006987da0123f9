import { InvalidArgumentError, Command, Option } from 'commander';
import type { Severity } from '../../model/rehearsal.js';
import { rehearse } from '../../workflows/rehearse.js';
import { exitCodeOfRehearsal, severities } from '../exit-code.js';
import { openProgressLine } from '../progress-line.js';
import type { ProgramRun } from '../program.js';
import type { Surroundings } from '../surroundings.js';
import { formatOfFile, type ReportFormat, renderReport, reportFormats, writeReportFile } from '../write-report.js';

interface Flags {
  readonly config?: string;
  readonly dir?: string;
  readonly formatOfProject?: string;
  readonly pending?: number;
  readonly from?: string;
  readonly all?: boolean;
  readonly since?: string;
  readonly serverMajor?: number;
  readonly serverBin?: string;
  readonly stageUrl?: string;
  readonly schemaFrom?: string;
  readonly data?: string;
  readonly rows?: number;
  readonly traffic?: number | true;
  readonly standby?: boolean;
  readonly role?: string;
  readonly exec?: string;
  readonly format?: ReportFormat;
  readonly output?: string;
  readonly failOn: Severity;
  readonly verbose?: boolean;
}

const usualTraffic = 50;

export function rehearseCommand(program: ProgramRun | null): Command {
  return new Command('rehearse')
    .description(
      'Try migrations on a disposable PostgreSQL server and measure locks, stalls, WAL and I/O of each statement',
    )
    .argument('[paths...]', 'a folder of migrations, or single SQL files (default: the configured folder)')
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--dir <folder>', 'folder of the migrations')
    .option('--format-of-project <id>', 'the tool whose migrations these are (default: detected)')
    .option('--pending <n>', 'the last n migrations; those before are applied first, unobserved', positive)
    .option('--from <id>', 'from this migration to the last')
    .option('--all', 'all migrations, from an empty database (default)')
    .option('--since <revision>', 'migrations whose files are new since a git revision')
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
    .option('--exec <command>', "run the team's own migration command instead, and observe it")
    .addOption(
      new Option('--format <format>', 'of the report (default: text, or as the name of --output says)').choices(
        reportFormats,
      ),
    )
    .option('--output <file>', 'write the report to a file')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices(severities).default('error'),
    )
    .option('--verbose', 'show quiet statements too')
    .action(async (paths: readonly string[], flags: Flags) => program?.finish(await run(paths, flags, program.around)));
}

async function run(paths: readonly string[], flags: Flags, around: Surroundings): Promise<number> {
  const { rehearsal, recordPath } = await tryChange(paths, flags, around);
  const { output } = flags;
  const format = flags.format ?? (output === undefined ? 'text' : formatOfFile(output));
  const look = { width: around.width, color: around.color && output === undefined, verbose: flags.verbose ?? false };
  const text = renderReport(rehearsal, format, look);
  if (output === undefined) around.stdout(text);
  else {
    await writeReportFile(output, text);
    around.stdout(renderReport(rehearsal, 'text', { ...look, color: around.color }));
    around.stderr.write(`Report written to ${output}\n`);
  }
  around.stderr.write(`Record written to ${around.shorten(recordPath)}\n`);
  return exitCodeOfRehearsal(rehearsal, flags.failOn);
}

async function tryChange(paths: readonly string[], flags: Flags, around: Surroundings) {
  using progress = openProgressLine(around.stderr);
  const { cwd, env, clock, signal } = around;
  return await rehearse({
    cwd,
    env,
    clock,
    signal,
    onProgress: progress.report,
    configPath: flags.config,
    flags: {
      project: { dir: flags.dir, format: flags.formatOfProject },
      stage: { major: flags.serverMajor, serverBin: flags.serverBin, data: flags.data, schemaFrom: flags.schemaFrom },
    },
    selection: { paths, pending: flags.pending, from: flags.from, all: flags.all, since: flags.since },
    stage: {
      url: flags.stageUrl ?? null,
      standby: flags.standby ?? false,
      rows: flags.rows ?? null,
      role: flags.role ?? null,
    },
    trafficPerSecond: flags.traffic === true ? usualTraffic : (flags.traffic ?? null),
    exec: flags.exec ?? null,
  });
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) throw new InvalidArgumentError('It has to be a whole number above 0.');
  return value;
}
