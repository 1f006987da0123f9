import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Config, TargetConfig } from './config.js';
import { configError } from './config-problem.js';
import { readEnvironmentOverrides } from './environment-overrides.js';
import type { Environment } from './expand-references.js';
import { findConfigFile } from './find-config-file.js';
import type { ParsedConfigFile } from './parse-config-file.js';
import { type ConfigFlags, resolveConfig } from './resolve-config.js';
import { splitTenant, tenantTarget } from './tenant-target.js';

export interface LoadConfigOptions {
  readonly cwd: string;
  /** A file that was named; otherwise the nearest one upwards is taken. */
  readonly path?: string;
  readonly env: Environment;
  readonly flags?: ConfigFlags;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Absolute path of the file; null when there is none. */
  readonly path: string | null;
  /** Absolute: the file's folder, or the working directory. */
  readonly dir: string;
  /** Values that references took from the environment, to be kept out of everything that is written. */
  readonly secrets: readonly string[];
  /** Targets left out of `config` because a variable they refer to is not set: an error only for who needs them. */
  readonly unresolvedTargets: ReadonlyMap<string, ChangeSafetyError>;
}

/** Finds, reads and validates the configuration. Without a file it is all defaults. Throws ChangeSafetyError `config-invalid`. */
export async function loadConfig({ cwd, path, env, flags = {} }: LoadConfigOptions): Promise<LoadedConfig> {
  const file = path === undefined ? findConfigFile(cwd) : resolve(cwd, path);
  const dir = file === null ? resolve(cwd) : dirname(file);
  const shown = file === null ? '' : relative(cwd, file) || file;
  const parsed = file === null ? null : await readConfigFile(file, shown, env);
  const { tree, unresolvedTargets } = parsed === null ? nothingRead : setAsideTargets(parsed);
  const config = await resolveConfig({
    file: parsed === null ? null : { ...parsed, tree },
    overrides: readEnvironmentOverrides(env),
    flags,
    dir,
    cwd: resolve(cwd),
  });
  return { config, path: file, dir, secrets: parsed?.secrets ?? [], unresolvedTargets };
}

/** A target by its name. Throws ChangeSafetyError when there is none, or when its references could not be filled in. */
export function requireTarget({ config, unresolvedTargets }: LoadedConfig, name: string): TargetConfig {
  const { target: base } = splitTenant(name);
  const target = config.targets[base];
  if (target !== undefined && Object.hasOwn(config.targets, base)) return tenantTarget(name, target);
  const names = [...Object.keys(config.targets), ...unresolvedTargets.keys()];
  throw (
    unresolvedTargets.get(base) ??
    new ChangeSafetyError({
      code: 'usage',
      message: `The configuration has no target ${name}.`,
      remedy: names.length === 0 ? 'Add it under targets: in lockkeeper.yaml.' : `Use one of ${names.join(', ')}.`,
      effect: 'none',
    })
  );
}

const nothingRead = { tree: {}, unresolvedTargets: new Map<string, ChangeSafetyError>() };

async function readConfigFile(path: string, shown: string, env: Environment): Promise<ParsedConfigFile> {
  // To load the parser of YAML takes as long as to read a hundred files.
  const [{ parseConfigFile }, text] = await Promise.all([
    import('./parse-config-file.js'),
    readConfigText(path, shown),
  ]);
  return parseConfigFile(text, shown, env);
}

async function readConfigText(path: string, shown: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    const reason = cause instanceof TypeError ? 'is not UTF-8' : 'cannot be read';
    throw new ChangeSafetyError({
      code: 'config-invalid',
      message: `${shown}: the configuration file ${reason}.`,
      remedy: 'Name a readable YAML file with --config.',
      effect: 'none',
      cause,
    });
  }
}

/** Variables that only a target needs may be missing where that target is not used: a laptop, a build. */
function setAsideTargets({ tree, unset }: ParsedConfigFile) {
  const remedy = 'Set it, or take the reference out.';
  const ofTarget = (name: string) => unset.filter(({ keyPath }) => keyPath[0] === 'targets' && keyPath[1] === name);
  const elsewhere = unset.filter(({ keyPath }) => keyPath[0] !== 'targets' || keyPath.length < 3);
  if (elsewhere.length > 0) throw configError(elsewhere, remedy);
  const names = new Set(unset.map(({ keyPath }) => String(keyPath[1])));
  const unresolvedTargets = new Map([...names].map((name) => [name, configError(ofTarget(name), remedy)] as const));
  if (names.size === 0) return { tree, unresolvedTargets };
  const { targets, ...rest } = tree as { readonly targets: Readonly<Record<string, unknown>> };
  const resolved = Object.entries(targets).filter(([name]) => !names.has(name));
  return { tree: { ...rest, targets: Object.fromEntries(resolved) }, unresolvedTargets };
}
