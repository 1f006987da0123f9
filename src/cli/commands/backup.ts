import { Command, InvalidArgumentError, Option } from 'commander';
import { lengthOfTime, positive } from '../option-values.js';
import type { ProgramRun } from '../program.js';
import type { BackupFlags, CreateFlags, PruneFlags, RestoreFlags } from '../run-backup.js';

export function backupCommand(program: ProgramRun | null): Command {
  return new Command('backup')
    .description('Back up a database before a change with pg_dump, and prove the backup by restoring it')
    .addCommand(createCommand(program).exitOverride())
    .addCommand(verifyCommand(program).exitOverride())
    .addCommand(listCommand(program).exitOverride())
    .addCommand(restoreCommand(program).exitOverride())
    .addCommand(pruneCommand(program).exitOverride());
}

function createCommand(program: ProgramRun | null): Command {
  const command = new Command('create')
    .description('Dump a database, whole or not at all, with a manifest of its schema and rows at that instant')
    .option('--prefix <name>', 'how its name begins', 'backup')
    .option('--label <key=value>', 'a label; may be given several times', addLabel)
    .option('--change-digest <hex>', 'of the change before which it is made')
    .option('--schema-only', 'without rows')
    .option('--jobs <n>', 'workers; more than one makes a folder of files', positive)
    .option('--checksum-up-to <size>', 'count and sum tables up to this size (default: 256MB)', toBytes)
    .option('--out <folder>', 'folder of the backups (default: backups in the evidence folder)');
  return common(onDatabase(command)).action(async (flags: CreateFlags) => {
    if (program === null) return;
    const { runCreate } = await import('../run-backup.js');
    program.finish(await runCreate(flags, program.around));
  });
}

function verifyCommand(program: ProgramRun | null): Command {
  const command = new Command('verify')
    .description(
      'Restore a backup on a private server and compare schema and rows with what was recorded; exit with 1 when it does not hold',
    )
    .argument('[backup]', 'its folder, or its name in the list (default: the newest)');
  return common(command).action(async (backup: string | undefined, flags: BackupFlags) => {
    if (program === null) return;
    const { runVerify } = await import('../run-backup.js');
    program.finish(await runVerify(backup ?? null, flags, program.around));
  });
}

function listCommand(program: ProgramRun | null): Command {
  const command = new Command('list').description(
    'Say which backups there are: age, size, and whether they are verified',
  );
  return common(command).action(async (flags: BackupFlags) => {
    if (program === null) return;
    const { runList } = await import('../run-backup.js');
    program.finish(await runList(flags, program.around));
  });
}

function restoreCommand(program: ProgramRun | null): Command {
  const command = new Command('restore')
    .description(
      'Restore a backup into a database in one transaction; without a terminal this needs --yes and --confirm',
    )
    .argument('[backup]', 'its folder, or its name in the list (default: the newest)')
    .option('--clean', 'replace what the backup has; without it the database has to be empty')
    .option('--force-disconnect', 'end other sessions in the database, instead of refusing')
    .option('--confirm <name>', 'the name of the database that is restored into')
    .option('--yes', 'do not ask');
  return common(onDatabase(command)).action(async (backup: string | undefined, flags: RestoreFlags) => {
    if (program === null) return;
    const { runRestore } = await import('../run-backup.js');
    program.finish(await runRestore(backup ?? null, flags, program.around));
  });
}

function pruneCommand(program: ProgramRun | null): Command {
  const command = new Command('prune')
    .description("Remove old backups, never a database's newest verified one; without a terminal this needs --yes")
    .option('--keep <n>', 'so many of the newest of each database stay', positive)
    .option('--older-than <age>', 'only those older than this: 12h, 30d, 8w', lengthOfTime)
    .option('--prefix <name>', 'only those of this prefix')
    .option('--yes', 'do not ask');
  return common(command).action(async (flags: PruneFlags) => {
    if (program === null) return;
    const { runPrune } = await import('../run-backup.js');
    program.finish(await runPrune(flags, program.around));
  });
}

function onDatabase(command: Command): Command {
  return command.option('--target <name>', 'a configured target').option('--database <url>', 'a database');
}

function common(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--server-bin <folder>', 'programs of an installed PostgreSQL, looked into before PATH')
    .addOption(new Option('--format <format>', 'of the report').choices(['text', 'json']).default('text'));
}

function addLabel(text: string, labels: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, key, value] = /^([^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError('It has to be key=value.');
  return { ...labels, [key]: value };
}

const sizes = { kB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 } as const;

function toBytes(text: string): number {
  const [, count, unit] = /^(\d+)(kB|MB|GB)?$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('It has to be a size: 0, 64MB, 2GB.');
  return Number(count) * (unit === undefined ? 1 : sizes[unit as keyof typeof sizes]);
}
