import { resolve } from 'node:path';
import type { z } from 'zod';
import { type Config, defaultConfig, pathKeys } from './config.js';
import { type ConfigProblem, configError } from './config-problem.js';
import type { EnvironmentOverride } from './environment-overrides.js';
import { nearestWord } from './nearest-word.js';
import type { ParsedConfigFile } from './parse-config-file.js';

/** What the command line sets; keys that are undefined set nothing. */
export interface ConfigFlags {
  readonly project?: Partial<Config['project']>;
  readonly stage?: Partial<Config['stage']>;
  readonly evidence?: Partial<Config['evidence']>;
}

export interface ConfigLayers {
  /** The file as data, its references filled in; null when there is no file. */
  readonly file: Pick<ParsedConfigFile, 'tree' | 'placeOf'> | null;
  readonly overrides: readonly EnvironmentOverride[];
  readonly flags: ConfigFlags;
  /** Absolute; relative paths in the file count from here. */
  readonly dir: string;
  /** Absolute; relative paths in the environment and in flags count from here. */
  readonly cwd: string;
}

/** Flags beat the environment, which beats the file. Throws ChangeSafetyError `config-invalid` with every problem's place. */
export async function resolveConfig(layers: ConfigLayers): Promise<Config> {
  const { file, overrides, cwd, dir } = layers;
  const config =
    file === null && overrides.length === 0
      ? defaultConfig
      : await validate(overlay(file?.tree ?? {}, overrides, cwd), layers);
  const { flags } = layers;
  return {
    ...config,
    project: merge(config.project, flags.project, { keys: pathKeys.project, dir, cwd }),
    stage: merge(config.stage, flags.stage, { keys: pathKeys.stage, dir, cwd }),
    evidence: merge(config.evidence, flags.evidence, { keys: pathKeys.evidence, dir, cwd }),
  };
}

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function overlay(tree: unknown, overrides: readonly EnvironmentOverride[], cwd: string): unknown {
  return overrides.reduce<unknown>((current, { section, key, value }) => {
    const old = isTree(current) ? (current[section] ?? {}) : null;
    // What is no mapping is left for the validation to refuse.
    if (!isTree(current) || !isTree(old)) return current;
    return { ...current, [section]: { ...old, ...absolute({ [key]: value }, pathKeys[section], cwd) } };
  }, tree);
}

async function validate(tree: unknown, { file, overrides }: ConfigLayers): Promise<Config> {
  // Loading the validator takes longer than everything else here together, and most folders have no file.
  const { configSchema, knownKeys } = await import('./config-schema.js');
  const result = configSchema.safeParse(withoutNulls(tree));
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap(settleUnion).flatMap((issue): ConfigProblem[] => {
    const keyPath = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    const override = overrides.find(({ section, key }) => section === keyPath[0] && key === keyPath[1]);
    const place = (key?: string) =>
      override === undefined
        ? (file?.placeOf(keyPath, key) ?? 'configuration')
        : `environment variable ${override.variable}`;
    if (issue.code !== 'unrecognized_keys') {
      return [{ place: place(), message: `${keyPath.join('.') || 'configuration'}: ${issue.message}` }];
    }
    return issue.keys.map((key) => {
      const meant = nearestWord(key, knownKeys(keyPath));
      const known = meant === null ? `known keys: ${knownKeys(keyPath).join(', ')}` : `did you mean ${meant}?`;
      return { place: place(key), message: `unknown key ${[...keyPath, key].join('.')}; ${known}` };
    });
  });
  throw configError(problems, 'Correct the configuration; schemas/config.schema.json lists its keys.');
}

type Issue = z.core.$ZodIssue;

/** Of what may be written in several forms, the faults of the form that is nearest to what was written. */
function settleUnion(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const [nearest] = issue.errors
    .map((form) => form.flatMap(settleUnion))
    .toSorted((left, right) => distanceOf(left) - distanceOf(right));
  if (nearest === undefined || nearest.length === 0) return [issue];
  return nearest.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
}

/** A mapping is no misspelt text: another form altogether is further away than any number of wrong keys. */
function distanceOf(form: readonly Issue[]): number {
  const faults = form.map((one) => {
    if (one.path.length === 0 && one.code === 'invalid_type') return 1_000;
    return one.code === 'unrecognized_keys' ? one.keys.length : 1;
  });
  return faults.reduce((sum, fault) => sum + fault, 0);
}

/** A section or map that stands empty in the file (`stage:`) is null in YAML and means the defaults. */
function withoutNulls(tree: unknown): unknown {
  if (!isTree(tree)) return tree;
  return Object.fromEntries(Object.entries(tree).filter(([, value]) => value !== null));
}

interface PathBases {
  readonly keys: readonly string[];
  readonly dir: string;
  readonly cwd: string;
}

function merge<Section extends object>(
  section: Section,
  flags: Partial<Section> | undefined,
  bases: PathBases,
): Section {
  const set = Object.fromEntries(Object.entries(flags ?? {}).filter(([, value]) => value !== undefined));
  return { ...absolute(section, bases.keys, bases.dir), ...absolute(set, bases.keys, bases.cwd) };
}

function absolute<Section extends object>(section: Section, keys: readonly string[], base: string): Section {
  const paths = Object.entries(section).filter(([key, value]) => keys.includes(key) && typeof value === 'string');
  return { ...section, ...Object.fromEntries(paths.map(([key, value]) => [key, resolve(base, String(value))])) };
}
