import type { Assessment, RuleFinding } from '../../../model/classification.js';
import type { JudgedMigration } from '../judged-statement.js';
import type { Policy } from '../policy.js';
import type { RuleContext } from '../rule-context.js';
import { blastRadius } from './blast-radius.js';
import { type Weight, weigh } from './complexity.js';
import { deploymentOf } from './deployment.js';
import { expectedDowntime } from './expected-downtime.js';
import { demands } from './required-controls.js';
import { reversibilityOf } from './reversibility.js';
import { gravest, kindOfStatement } from './statement-kind.js';

/** How a migration weighs, whom it touches, what it asks for and in which order it goes out. */
export function assess(judged: JudgedMigration, findings: readonly RuleFinding[], policy: Policy): Assessment {
  const kinds = judged.statements.map((statement, position) =>
    kindOfStatement(statement, judged.contexts[position] as RuleContext),
  );
  const kind = gravest(kinds) ?? 'additive schema change';
  const reversibility = reversibilityOf(judged);
  const radius = blastRadius(judged);
  const weights = weigh({ kind, reversibility, findings, blastRadius: radius, rewrites: rewritten(judged) }, policy);
  const { level } = weights[0] as Weight;
  return {
    kind,
    complexity: level,
    reasons: [...new Set(weights.filter((weight) => weight.level === level).map(({ reason }) => reason))],
    ...demands[level],
    expectedDowntime: expectedDowntime(judged, level),
    reversibility: reversibility.reversibility,
    reversibilityReason: reversibility.reason,
    blastRadius: radius,
    tier: policy.tier,
    controls: policy.tier === null ? [] : (policy.controls[policy.tier] ?? []),
    approvals: policy.approvals[level],
    deployment: deploymentOf(judged),
  };
}

/** Existing tables that are rewritten for certain and are not known to be small. */
function rewritten({ statements, contexts }: JudgedMigration): readonly string[] {
  return statements.flatMap(({ node, effects }, position) => {
    // TRUNCATE makes a new file too, and no work.
    if ('TruncateStmt' in node) return [];
    const context = contexts[position] as RuleContext;
    return effects.rewrites
      .filter(
        ({ relation, certainty }) =>
          certainty === 'certain' && context.existing(relation) && !isSmall(relation, context),
      )
      .map(({ relation }) => relation);
  });
}

function isSmall(relation: string, context: RuleContext): boolean {
  const known = context.size(relation);
  return known !== null && known.rows !== null && known.rows <= context.policy.smallTable.rows;
}
