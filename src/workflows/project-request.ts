import { type LoadedConfig, loadConfig } from '../foundation/config/load-config.js';
import type { ConfigFlags } from '../foundation/config/resolve-config.js';
import type { Clock } from '../foundation/runtime/clock.js';
import type { DatabaseChoice } from './named-database.js';
import type { OnProgress } from './progress.js';
import type { MigrationSelection } from './select-migrations.js';

/** From where a verb is asked for, and what its configuration is. */
export interface ConfiguredRequest {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly configPath?: string;
  /** What beats the configuration file and the environment. */
  readonly flags?: ConfigFlags;
}

/** What every verb over migrations is told. */
export interface ProjectRequest extends ConfiguredRequest {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly selection: MigrationSelection;
}

/** What verbs are told that try migrations on a stage. */
export interface TrialRequest extends ProjectRequest {
  readonly clock: Clock;
  /** Whose tool says what is unapplied, where the selection does not; it is read, and never written to. */
  readonly database?: DatabaseChoice;
}

/** The configuration that a request means. Throws as `loadConfig` does. */
export function loadConfigOf({ cwd, env, configPath, flags }: ConfiguredRequest): Promise<LoadedConfig> {
  return loadConfig({ cwd, env, path: configPath, flags });
}
