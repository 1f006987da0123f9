import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Rule } from '../before/classify/rule.js';
import { rules as ownRules } from '../before/classify/rules/index.js';
import { isRule, ruleProblems } from '../before/classify/validate-rule.js';
import type { LoadedConfig } from '../foundation/config/load-config.js';
import { nearestWord } from '../foundation/config/nearest-word.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import { type ConfiguredRequest, loadConfigOf } from './project-request.js';

/**
 * Our rules, and those of the project: `policy.rules.load` lists modules, relative to the configuration, whose default
 * export is a rule or a list of rules. They run as part of this process, like any code of the project.
 * @throws ChangeSafetyError `config-invalid` for a module that cannot be loaded or exports what is no rule.
 */
export async function loadRules({ config, dir }: LoadedConfig): Promise<readonly Rule[]> {
  const { load } = config.policy.rules;
  if (load === undefined) return ownRules;
  const modules: readonly unknown[] = Array.isArray(load) ? load : [load];
  const loaded: Rule[] = [...ownRules];
  for (const module of modules) {
    if (typeof module !== 'string')
      throw ruleError(`policy.rules.load has ${JSON.stringify(module)}, which is no path`);
    for (const rule of await importRules(resolve(dir, module), module)) {
      if (loaded.some(({ id }) => id === rule.id)) throw ruleError(`${module} defines ${rule.id}, which is taken`);
      loaded.push(rule);
    }
  }
  return loaded;
}

async function importRules(path: string, shown: string): Promise<readonly Rule[]> {
  const exported = await import(pathToFileURL(path).href).then(
    (module: { readonly default?: unknown }) => module.default,
    (cause: unknown) => {
      throw ruleError(`${shown} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`);
    },
  );
  const candidates: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  return candidates.map((candidate) => {
    if (isRule(candidate)) return candidate;
    throw ruleError(`${shown} exports what is no rule: ${ruleProblems(candidate).join('; ')}`);
  });
}

function ruleError(message: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'config-invalid',
    message,
    remedy: 'See CONTRIBUTING.md for the shape of a rule.',
    effect: 'none',
  });
}

/** The rules that a configuration knows; the nearest file upwards when none is named. */
export async function rulesOf(request: ConfiguredRequest): Promise<readonly Rule[]> {
  return await loadRules(await loadConfigOf(request));
}

/**
 * A rule by its id or one that it had before; of gates, which could have been meant as well, the names alone matter.
 * @throws ChangeSafetyError `usage` when there is no such rule.
 */
export function findRule(id: string, rules: readonly Rule[], gates: readonly { readonly id: string }[] = []): Rule {
  const rule = rules.find((one) => one.id === id || one.aliases?.includes(id) === true);
  if (rule !== undefined) return rule;
  const near = nearestWord(
    id,
    [...rules, ...gates].map((one) => one.id),
  );
  throw new ChangeSafetyError({
    code: 'usage',
    message: gates.length === 0 ? `There is no rule ${id}.` : `There is no rule and no gate ${id}.`,
    remedy: near === null ? 'lockkeeper explain lists the rules and gates.' : `Did you mean ${near}?`,
    effect: 'none',
  });
}
