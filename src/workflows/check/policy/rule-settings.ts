import type { IgnoredFindings, Policy } from '../../../before/classify/policy.js';
import type { Rule } from '../../../before/classify/rule.js';
import { unruledFindings } from '../../../before/classify/unruled-findings.js';
import type { JsonValue, PolicyConfig } from '../../../foundation/config/config.js';
import { nearestWord } from '../../../foundation/config/nearest-word.js';
import { type Concern, concerns } from '../../../model/classification.js';
import type { Severity } from '../../../model/rehearsal.js';
import { policyError } from './policy-error.js';

export interface RuleSettings {
  readonly severities: Policy['severities'];
  readonly ignored: Policy['ignored'];
  /** Null: the usual ones. */
  readonly concerns: ReadonlySet<Concern> | null;
}

const levels = ['off', 'info', 'warning', 'error'] as const satisfies readonly (Severity | 'off')[];

/**
 * `policy.rules`: `<rule id>: off | info | warning | error`; `concerns`: which are judged; `ignore`: a list of
 * `{ paths, rules, reason }`; `load`: modules with rules of the project's own, which are read elsewhere.
 */
export function readRuleSettings(settings: PolicyConfig['rules'], rules: readonly Rule[]): RuleSettings {
  const { concerns: judged, ignore, load: _load, ...levelsById } = settings;
  return {
    severities: new Map(Object.entries(levelsById).map(([id, level]) => [ruleId(id, rules), levelOf(id, level)])),
    ignored: ignore === undefined ? [] : readIgnored(ignore, rules),
    concerns: judged === undefined ? null : readConcerns(judged),
  };
}

function levelOf(id: string, value: JsonValue): Severity | 'off' {
  // YAML reads a bare `off` as false in older versions of the language.
  const level = value === false ? 'off' : levels.find((one) => one === value);
  if (level !== undefined) return level;
  throw policyError(`policy.rules.${id} is ${JSON.stringify(value)}.`, `It has to be one of ${levels.join(', ')}.`);
}

/** A rule by its id or by one that it had before, or what is found without a rule. */
function ruleId(id: string, rules: readonly Rule[]): string {
  const rule = rules.find((one) => one.id === id || one.aliases?.includes(id) === true);
  if (rule !== undefined) return rule.id;
  if (unruledFindings.some((one) => one === id)) return id;
  const near = nearestWord(id, [...rules.map((one) => one.id), ...unruledFindings]);
  throw policyError(
    `policy.rules names ${id}, which is no rule.`,
    near === null ? 'lockkeeper explain lists the rules.' : `Did you mean ${near}?`,
  );
}

function readConcerns(value: JsonValue): ReadonlySet<Concern> {
  const list = Array.isArray(value) ? value.map((item) => concerns.find((concern) => concern === item)) : [undefined];
  const known = list.filter((concern) => concern !== undefined);
  if (known.length === list.length) return new Set(known);
  throw policyError(
    `policy.rules.concerns is ${JSON.stringify(value)}.`,
    `It has to be a list of ${concerns.join(', ')}.`,
  );
}

function readIgnored(value: JsonValue, rules: readonly Rule[]): readonly IgnoredFindings[] {
  if (!Array.isArray(value)) throw ignoreError(value);
  return value.map((entry: JsonValue) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw ignoreError(entry);
    const { paths, rules: named, reason } = entry as Readonly<Record<string, JsonValue>>;
    if (typeof reason !== 'string' || reason.trim() === '') throw ignoreError(entry);
    return { paths: texts(paths), rules: texts(named).map((id) => (id === '*' ? id : ruleId(id, rules))), reason };
  });
}

function texts(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw ignoreError(value ?? null);
}

function ignoreError(value: JsonValue): Error {
  return policyError(
    `policy.rules.ignore has ${JSON.stringify(value)}.`,
    'Each entry is { paths: [legacy/**], rules: [rename-column], reason: why }; a reason is required.',
  );
}
