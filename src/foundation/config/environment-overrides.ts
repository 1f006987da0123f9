import { type Config, defaultConfig } from './config.js';
import { type ConfigProblem, configError } from './config-problem.js';
import type { Environment } from './expand-references.js';
import { nearestWord } from './nearest-word.js';

/** Sections whose keys an environment variable can set. Targets and policy are too deep for a name. */
const sections = ['project', 'stage', 'evidence'] as const satisfies readonly (keyof Config)[];

export interface EnvironmentOverride {
  readonly variable: string;
  readonly section: (typeof sections)[number];
  readonly key: string;
  /** As given; lists are split at commas. */
  readonly value: string | readonly string[];
}

/** Every variable that sets a key: `LOCKKEEPER_STAGE_SERVER_BIN` is `stage.serverBin`. */
const variables: ReadonlyMap<string, Omit<EnvironmentOverride, 'value'> & { readonly list: boolean }> = new Map(
  sections.flatMap((section) =>
    Object.entries(defaultConfig[section])
      .filter(([, value]) => value === null || typeof value !== 'object' || Array.isArray(value))
      .map(([key, value]) => {
        const variable = `${prefixOf(section)}${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
        return [variable, { variable, section, key, list: Array.isArray(value) }] as const;
      }),
  ),
);

/**
 * The keys that the environment sets. An empty value counts as not set, as in most shells' scripts.
 * Throws ChangeSafetyError `config-invalid` for a variable of a known section that names no key.
 */
export function readEnvironmentOverrides(env: Environment): readonly EnvironmentOverride[] {
  const overrides: EnvironmentOverride[] = [];
  const problems: ConfigProblem[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value === '' || !sections.some((section) => name.startsWith(prefixOf(section))))
      continue;
    const known = variables.get(name);
    if (known === undefined) {
      const meant = nearestWord(name, [...variables.keys()]);
      problems.push({
        place: `environment variable ${name}`,
        message: `sets no key of the configuration${meant === null ? '' : `; did you mean ${meant}?`}`,
      });
      continue;
    }
    const { list, ...rest } = known;
    overrides.push({ ...rest, value: list ? value.split(',').map((item) => item.trim()) : value });
  }
  if (problems.length > 0) throw configError(problems, `Unset it, or use one of ${[...variables.keys()].join(', ')}.`);
  return overrides;
}

function prefixOf(section: string): string {
  return `LOCKKEEPER_${section.toUpperCase()}_`;
}
