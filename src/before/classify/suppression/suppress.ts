import type { RuleFinding, SuppressedFinding } from '../../../model/classification.js';
import type { PlacedFinding } from '../find-hazards.js';
import type { JudgedMigration } from '../judged-statement.js';
import type { IgnoredFindings, Policy } from '../policy.js';
import type { Rule } from '../rule.js';
import { directiveProblems } from './directive-problems.js';
import { matchesPath } from './matches-path.js';
import { type NamedDirective, nameRules } from './name-rules.js';
import { readDirectives } from './read-directives.js';

export interface Suppressed {
  readonly kept: readonly PlacedFinding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** What is wrong with the comments themselves: unused, without a reason, of a rule that does not exist. */
  readonly problems: readonly RuleFinding[];
}

/** Takes out what comments, the configuration or the baseline silence. */
export function suppress(
  findings: readonly PlacedFinding[],
  { migration, text }: JudgedMigration,
  { policy, rules }: { readonly policy: Policy; readonly rules: readonly Rule[] },
): Suppressed {
  const directives = readDirectives(text, migration.statements).map((directive) => nameRules(directive, rules));
  if (directives.length === 0 && policy.ignored.length === 0 && policy.accepted.size === 0) {
    return { kept: findings, suppressed: [], problems: [] };
  }
  const used = new Set<NamedDirective>();
  const kept: PlacedFinding[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const placed of findings) {
    const by = silencedBy(placed, directives, policy);
    if (by === null) kept.push(placed);
    else {
      suppressed.push({ finding: placed.finding, by: by.by, reason: by.reason });
      if (by.directive !== null) used.add(by.directive);
    }
  }
  return { kept, suppressed, problems: directiveProblems(directives, used, migration.path) };
}

interface Silence extends Pick<SuppressedFinding, 'by' | 'reason'> {
  readonly directive: NamedDirective | null;
}

function silencedBy(placed: PlacedFinding, directives: readonly NamedDirective[], policy: Policy): Silence | null {
  const directive = directives.find((one) => silences(one, placed));
  if (directive !== undefined) return { by: 'comment', reason: directive.reason ?? '', directive };
  const ignored = policy.ignored.find((entry) => ignores(entry, placed.finding));
  if (ignored !== undefined) return { by: 'config', reason: ignored.reason, directive: null };
  if (!policy.accepted.has(placed.finding.fingerprint)) return null;
  return { by: 'baseline', reason: 'accepted in the baseline', directive: null };
}

/** Without a reason nothing is silenced: the comment would only say that somebody was annoyed. */
function silences(
  { reason, rules, statementIndex }: NamedDirective,
  { finding, statementIndex: place }: PlacedFinding,
): boolean {
  if (reason === null || !(rules === 'all' || rules.includes(finding.id))) return false;
  return statementIndex === null || statementIndex === place;
}

function ignores({ paths, rules }: IgnoredFindings, { id, path }: RuleFinding): boolean {
  return (rules.includes('*') || rules.includes(id)) && paths.some((glob) => matchesPath(path, glob));
}
