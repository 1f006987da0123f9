import type { Rule } from '../before/classify/rule.js';
import type { RuleDescription } from '../model/check.js';

/** A rule's words, without its judgement. */
export function describeRule({ id, title, why, instead, sources, concern, severity }: Rule): RuleDescription {
  return { id, title, why, instead, sources, concern, severity };
}
