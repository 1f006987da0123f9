import type { Rule } from '../rule.js';
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

/** What the parser and the server say without a rule. */
const objections = ['not-analysed', 'change-fails'];

function byId(name: string, rules: readonly Rule[]): readonly string[] {
  if (objections.includes(name)) return [name];
  return rules.filter(({ id, aliases }) => id === name || aliases?.includes(name) === true).map(({ id }) => id);
}
