import type { Rule } from '../before/classify/rule.js';
import { rules } from '../before/classify/rules/index.js';
import type { RulePage } from '../model/check.js';
import type { RuleProof } from '../model/rule-proof.js';
import { describeRule } from './describe-rule.js';
import type { OnProgress } from './progress.js';
import { findRule, rulesOf } from './rule-catalog.js';

export interface ExplainRequest {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly configPath?: string;
  /** Id of a rule; null for all of them. */
  readonly rule: string | null;
  /** Run the examples on servers of our own. */
  readonly prove: boolean;
}

export interface Explanation {
  readonly pages: readonly RulePage[];
  /** Empty when they were not asked for. */
  readonly proofs: readonly RuleProof[];
}

const majors = [15, 16, 17, 18];

/**
 * All that there is to know about rules, the project's own included.
 * @throws ChangeSafetyError `usage` when there is no rule of that name.
 */
export async function explain(request: ExplainRequest): Promise<Explanation> {
  const all = await rulesOf(request);
  const chosen = request.rule === null ? all : [findRule(request.rule, all)];
  const pages = chosen.map(toPage);
  if (!request.prove) return { pages, proofs: [] };
  const { proveRules } = await import('./prove-rules.js');
  return { pages, proofs: await proveRules(chosen, { ...request, majors }) };
}

/** The pages of our own rules, for the documentation. */
export function ownRulePages(): readonly RulePage[] {
  return rules.map(toPage);
}

function toPage(rule: Rule): RulePage {
  const { example } = rule;
  return {
    ...describeRule(rule),
    aliases: rule.aliases ?? [],
    majors: rule.majors ?? majors,
    needsSchema: rule.needsSchema ?? false,
    example: {
      setup: example.setup,
      unsafe: example.unsafe,
      safe: example.safe,
      application: example.application ?? null,
      paths: example.paths ?? null,
    },
    unobservable: rule.unobservable ?? null,
  };
}
