import { concerns } from '../../model/classification.js';
import type { Rule } from './rule.js';

const severities = ['info', 'warning', 'error'];
const scopes = ['statement', 'file', 'change'];

/** What is missing in a value that wants to be a rule, in words; none when it is one. */
export function ruleProblems(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return ['it is no object'];
  const rule: Partial<Record<keyof Rule | 'on' | 'alters' | 'observe' | 'unobservable', unknown>> = value;
  const texts = (['id', 'title', 'why', 'instead'] as const).filter((key) => !isText(rule[key]));
  return [
    ...texts.map((key) => `${key} has to be a text`),
    ...(isText(rule.id) && /^[a-z][a-z0-9-]*$/.test(rule.id) ? [] : ['id has to be in kebab-case']),
    ...(isOneOf(rule.concern, concerns) ? [] : [`concern has to be one of ${concerns.join(', ')}`]),
    ...(isOneOf(rule.severity, severities) ? [] : [`severity has to be one of ${severities.join(', ')}`]),
    ...(isOneOf(rule.scope, scopes) ? [] : [`scope has to be one of ${scopes.join(', ')}`]),
    ...(rule.scope !== 'statement' || rule.on === 'any' || isTexts(rule.on)
      ? []
      : ["on has to be 'any' or a list of node tags"]),
    ...(rule.alters === undefined || isTexts(rule.alters) ? [] : ['alters has to be a list of sub-commands']),
    ...(isTexts(rule.sources) ? [] : ['sources has to be a list of texts']),
    ...(typeof rule.predict === 'function' ? [] : ['predict has to be a function']),
    ...(typeof rule.observe === 'function' || isText(rule.unobservable)
      ? []
      : ['it has neither observe nor unobservable']),
    ...exampleProblems(rule.example),
  ];
}

/** Whether a value is a rule. */
export function isRule(value: unknown): value is Rule {
  return ruleProblems(value).length === 0;
}

function exampleProblems(example: unknown): readonly string[] {
  if (typeof example !== 'object' || example === null) return ['example is missing: a rule comes with its proof'];
  const parts: Readonly<Record<string, unknown>> = { ...example };
  return ['setup', 'unsafe', 'safe']
    .filter((key) => typeof parts[key] !== 'string')
    .map((key) => `example.${key} has to be a text`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isOneOf(value: unknown, words: readonly string[]): boolean {
  return typeof value === 'string' && words.includes(value);
}
