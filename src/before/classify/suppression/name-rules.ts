import type { Rule } from '../rule.js';
import { unruledFindings } from '../unruled-findings.js';
import { ownRules } from './foreign-names.js';
import type { Directive } from './read-directives.js';

/** A directive whose names were looked up. */
export interface NamedDirective extends Directive {
  readonly rules: readonly string[] | 'all';
  /** Names behind which there is no rule. */
  readonly unknown: readonly string[];
}

/** Finds the rules behind a directive's names: our own by id or former id, those of other linters by their table. */
export function nameRules(directive: Directive, rules: readonly Rule[]): NamedDirective {
  const { dialect, names } = directive;
  if (names.length === 0) return { ...directive, rules: 'all', unknown: [] };
  const found = names.map((name) => ({
    name,
    ids: dialect === 'lockkeeper' ? byId(name, rules) : ownRules(dialect, name),
  }));
  return {
    ...directive,
    rules: found.flatMap(({ ids }) => ids),
    unknown: found.filter(({ ids }) => ids.length === 0).map(({ name }) => name),
  };
}

function byId(name: string, rules: readonly Rule[]): readonly string[] {
  const unruled = unruledFindings.filter((id) => id === name && id !== 'suppression');
  if (unruled.length > 0) return unruled;
  return rules.filter(({ id, aliases }) => id === name || aliases?.includes(name) === true).map(({ id }) => id);
}
