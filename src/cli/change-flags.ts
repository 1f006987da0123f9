import { type Command, Option } from 'commander';
import type { OnProgress } from '../workflows/progress.js';
import type { ApplyFormat } from './apply-format.js';
import { applyFormats } from './apply-format.js';
import { requestOf, type SelectionFlags } from './selection-flags.js';
import type { Surroundings } from './surroundings.js';

/** Options of the verbs that change a database, or ask whether it may be changed. */
export interface ChangeFlags extends SelectionFlags {
  readonly allowUndecidable?: boolean;
  readonly format?: ApplyFormat;
  readonly output?: string;
  readonly verbose?: boolean;
}

/** Which of the migrations are wanted. */
export interface WantedFlags extends ChangeFlags {
  readonly until?: string;
  readonly only?: readonly string[];
}

/** Where, and by which files. */
function addPlaceOptions(command: Command): Command {
  return command
    .option('--target <name>', 'a configured target')
    .option('--database <url>', 'a database, in place of a target')
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--dir <folder>', 'folder of the migrations')
    .option('--format-of-project <id>', 'the tool whose migrations these are (default: detected)');
}

/** Where, and after which run. */
export function addRunOptions(command: Command): Command {
  return addPlaceOptions(command).option(
    '--run <id>',
    'a run of the ledger (default: the newest of which something took effect)',
  );
}

/** Where, by which files, and how it is planned. */
export function addTargetOptions(command: Command): Command {
  return addPlaceOptions(command)
    .option('--server-bin <folder>', 'programs of an installed PostgreSQL, for predicting locks')
    .option('--allow-undecidable', 'run steps too of which nothing tells after a crash whether they took effect');
}

export function addWantedOptions(command: Command): Command {
  return command
    .option('--until <id>', 'the last migration that is wanted (default: all that are not applied)')
    .option('--only <id...>', 'just these migrations');
}

export function addOutputOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <format>', 'of the report (default: text, or as the name of --output says)').choices(
        applyFormats,
      ),
    )
    .option('--output <file>', 'write the report to a file')
    .option('--verbose', 'show all statements, open gates and abort criteria too');
}

/** What of a request is the same for all these verbs. */
export function changeOf(
  paths: readonly string[],
  flags: ChangeFlags,
  { around, onProgress }: { readonly around: Surroundings; readonly onProgress: OnProgress },
) {
  return {
    ...requestOf(paths, flags, { around, onProgress }),
    allowUndecidable: flags.allowUndecidable ?? false,
  };
}

export function wantedOf({ until, only }: WantedFlags) {
  return { until: until ?? null, only: only ?? [] };
}
