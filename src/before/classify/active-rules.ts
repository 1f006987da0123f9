import type { AlterTableType, Node } from '@pgsql/types';
import type { NodeTag } from '../../foundation/effects/effect-context.js';
import type { Severity } from '../../model/rehearsal.js';
import { alterCommands } from './alter-commands.js';
import type { JudgedStatement } from './judged-statement.js';
import { type Policy, severityOf } from './policy.js';
import type { ChangeRule, FileRule, Rule, StatementRule } from './rule.js';

/** A rule that is judged, and how much it weighs here. */
export interface ActiveRule<R extends Rule = Rule> {
  readonly rule: R;
  readonly severity: Severity;
}

type OfScope<S> = Extract<Rule, S>;

/** The rules that are judged, by what they look at; each list in the order of the rules. */
export interface ActiveRules {
  readonly ofFile: readonly ActiveRule<OfScope<FileRule>>[];
  readonly ofChange: readonly ActiveRule<OfScope<ChangeRule>>[];
  ofStatement(statement: Pick<JudgedStatement, 'tag' | 'node'>): readonly ActiveRule<OfScope<StatementRule>>[];
}

interface Arranged {
  readonly policy: Policy;
  readonly major: number | null;
  readonly active: ActiveRules;
}

const arranged = new WeakMap<readonly Rule[], readonly Arranged[]>();

/** Arranged once for all migrations of a change. `major` null: rules of every major. */
export function activeRules(rules: readonly Rule[], policy: Policy, major: number | null): ActiveRules {
  const known = arranged.get(rules) ?? [];
  const same = known.find((one) => one.policy === policy && one.major === major);
  if (same !== undefined) return same.active;
  const active = arrange(rules, policy, major);
  // A change has one policy, so more than its two majors are those of another change.
  arranged.set(rules, [...known.filter((one) => one.policy === policy), { policy, major, active }]);
  return active;
}

function arrange(rules: readonly Rule[], policy: Policy, major: number | null): ActiveRules {
  const ofFile: ActiveRule<OfScope<FileRule>>[] = [];
  const ofChange: ActiveRule<OfScope<ChangeRule>>[] = [];
  const ofAny: ActiveRule<OfScope<StatementRule>>[] = [];
  for (const rule of rules) {
    if (major !== null && rule.majors !== undefined && !rule.majors.includes(major)) continue;
    const severity = severityOf(rule, policy);
    if (severity === null) continue;
    if (rule.scope === 'file') ofFile.push({ rule, severity });
    else if (rule.scope === 'change') ofChange.push({ rule, severity });
    else ofAny.push({ rule, severity });
  }
  const byKind = new Map<string, readonly ActiveRule<OfScope<StatementRule>>[]>();
  const ofStatement: ActiveRules['ofStatement'] = ({ tag, node }) => {
    const alters = alteredBy(node);
    const kind = alters === null ? tag : alters.join();
    const known = byKind.get(kind) ?? ofAny.filter(({ rule }) => looksAt(rule, tag, alters));
    byKind.set(kind, known);
    return known;
  };
  return { ofFile, ofChange, ofStatement };
}

/** The kinds of an ALTER TABLE's sub-commands, each once; null for every other statement. */
function alteredBy(node: Node): readonly AlterTableType[] | null {
  if (!('AlterTableStmt' in node)) return null;
  const kinds: AlterTableType[] = [];
  for (const { subtype } of alterCommands(node.AlterTableStmt)) if (subtype !== undefined) kinds.push(subtype);
  return kinds.length < 2 ? kinds : [...new Set(kinds)].sort();
}

function looksAt({ on, alters }: StatementRule, tag: NodeTag, altered: readonly AlterTableType[] | null): boolean {
  if (on !== 'any' && !on.includes(tag)) return false;
  return alters === undefined || altered === null || altered.some((kind) => alters.includes(kind));
}
