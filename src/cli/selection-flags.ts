import type { CheckRequest } from '../workflows/check.js';
import type { DatabaseChoice } from '../workflows/named-database.js';
import type { OnProgress } from '../workflows/progress.js';
import type { MigrationSelection } from '../workflows/select-migrations.js';
import type { Surroundings } from './surroundings.js';

/** The options that every verb over migrations has, as they were parsed. */
export interface SelectionFlags {
  readonly config?: string;
  readonly dir?: string;
  readonly formatOfProject?: string;
  readonly pending?: number;
  readonly from?: string;
  readonly all?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly only?: readonly string[];
  readonly target?: string;
  readonly database?: string;
  readonly serverMajor?: number;
  readonly serverBin?: string;
}

/** The options of verbs that build a stage. */
export interface StageFlags extends SelectionFlags {
  readonly stageUrl?: string;
  readonly schemaFrom?: string;
  readonly data?: string;
}

export function selectionOf(paths: readonly string[], flags: SelectionFlags): MigrationSelection {
  const { pending, from, all, since, until, only } = flags;
  return { paths, pending, from, all, since, until, only };
}

/** What of the flags beats the configuration. */
export function configFlagsOf(flags: StageFlags): NonNullable<CheckRequest['flags']> {
  const { dir, formatOfProject, serverMajor, serverBin, data, schemaFrom } = flags;
  return { project: { dir, format: formatOfProject }, stage: { major: serverMajor, serverBin, data, schemaFrom } };
}

function databaseOf({ database, target }: SelectionFlags): DatabaseChoice {
  return { database: database ?? null, target: target ?? null };
}

/** What every verb over migrations is told, from its flags and its surroundings. */
export function requestOf(
  paths: readonly string[],
  flags: StageFlags,
  { around, onProgress }: { readonly around: Surroundings; readonly onProgress: OnProgress },
) {
  const { cwd, env, clock, signal } = around;
  return {
    cwd,
    env,
    clock,
    signal,
    onProgress,
    configPath: flags.config,
    flags: configFlagsOf(flags),
    selection: selectionOf(paths, flags),
    database: databaseOf(flags),
  };
}
