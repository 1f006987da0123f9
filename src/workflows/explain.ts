import type { Rule } from '../before/classify/rule.js';
import { rules } from '../before/classify/rules/index.js';
import type { GatePage } from '../model/gate-page.js';
import type { RulePage } from '../model/check.js';
import type { RuleProof } from '../model/rule-proof.js';
import { describeRule } from './describe-rule.js';
import { gatePages } from './gate-catalog.js';
import type { OnProgress } from './progress.js';
import { findRule, rulesOf } from './rule-catalog.js';

export interface ExplainRequest {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly configPath?: string;
  /** Id of a rule or of a gate; null for all of them. */
  readonly rule: string | null;
  /** Run the examples on servers of our own. */
  readonly prove: boolean;
}

export interface Explanation {
  /** Rules; empty when a gate was asked for. */
  readonly pages: readonly RulePage[];
  /** Empty when a rule was asked for. */
  readonly gates: readonly GatePage[];
  /** Empty when they were not asked for. */
  readonly proofs: readonly RuleProof[];
}

const majors = [15, 16, 17, 18];

/**
 * All that there is to know about rules, the project's own included, and about gates.
 * @throws ChangeSafetyError `usage` when there is neither a rule nor a gate of that name.
 */
export async function explain(request: ExplainRequest): Promise<Explanation> {
  const allGates = gatePages();
  const gate = allGates.find(({ id }) => id === request.rule);
  if (gate !== undefined) return { pages: [], gates: [gate], proofs: [] };
  const all = await rulesOf(request);
  const chosen = request.rule === null ? all : [findRule(request.rule, all, allGates)];
  const pages = chosen.map(toPage);
  const gates = request.rule === null ? allGates : [];
  if (!request.prove) return { pages, gates, proofs: [] };
  const { proveRules } = await import('./prove-rules.js');
  return { pages, gates, proofs: await proveRules(chosen, { ...request, majors }) };
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
