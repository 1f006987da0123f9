import type { Assessment } from '../../../model/classification.js';
import { changePhases } from '../../../model/confirmation.js';
import type { ConfirmableItem } from '../../../model/confirmation.js';
import type { ControlReport, JudgedControl } from '../../../model/controls.js';
import type { Complexity } from '../../../model/migration.js';
import { type ChangeFacts, decisiveRun } from '../change-facts.js';
import { confirmableItems } from '../confirmable-items.js';
import { judgeConfirmation } from '../steps/by-person.js';
import type { EvidenceStep } from '../steps/step.js';
import { criticalTiers, demandedSteps, everyChange } from './demanded-steps.js';

const complexities: readonly Complexity[] = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

/** Below it a database counts as one that everything hangs on. */
const lastCriticalTier = 1;

interface Demand {
  readonly step: EvidenceStep;
  readonly by: string;
}

/**
 * Which of the steps that a change's risk and its target's tier ask for are done, by whom, with which figures, and which are
 * missing. By the records alone.
 */
export function judgeControls(facts: ChangeFacts): ControlReport {
  const run = decisiveRun(facts);
  const demands = demandsOf(facts);
  const ids = [...new Set(demands.map(({ step }) => step.id))];
  const controls = ids
    .map((id) =>
      judge(
        facts,
        demands.filter(({ step }) => step.id === id),
      ),
    )
    .toSorted((one, other) => changePhases.indexOf(one.phase) - changePhases.indexOf(other.phase));
  return {
    changeDigest: facts.changeDigest,
    target: facts.target,
    tier: facts.tier,
    risk: riskOf(facts),
    migrations: facts.migrations,
    applied: appliedState(facts),
    appliedAt: run?.body.verdict === 'applied' ? run.body.startedAt : null,
    controls,
    complete: controls.every(({ state }) => ['done', 'waived', 'not applicable'].includes(state)),
  };
}

function judge(facts: ChangeFacts, demands: readonly Demand[]): JudgedControl {
  const [{ step }] = demands as readonly [Demand, ...Demand[]];
  const found = step.judge(facts);
  const { id, title, phase } = step;
  const isOpen = found.state !== 'done' && found.state !== 'not applicable';
  return {
    id,
    title,
    phase,
    demandedBy: [...new Set(demands.map(({ by }) => by))],
    ...found,
    remedy: isOpen ? step.remedy : null,
  };
}

function demandsOf(facts: ChangeFacts): readonly Demand[] {
  const { tier } = facts;
  const critical = tier !== null && tier <= lastCriticalTier;
  return [
    ...everyChange.map((step) => ({ step, by: 'every change' })),
    ...assessmentsOf(facts).flatMap((one) => demandsOfAssessment(one)),
    ...(critical ? criticalTiers.map((step) => ({ step, by: `tier ${tier}` })) : []),
  ];
}

function demandsOfAssessment(assessment: Assessment): readonly Demand[] {
  const { complexity, tier, requiredTesting, requiredReview, requiredDocumentation, controls } = assessment;
  const byRisk = [...requiredTesting, ...requiredReview, ...requiredDocumentation];
  return [
    ...byRisk.map((words) => ({ step: stepFor(words), by: `risk ${complexity}` })),
    ...controls.map((words) => ({ step: stepFor(words), by: `tier ${tier ?? '?'}` })),
  ];
}

/** A policy may ask for anything; what no record is known to show, a person says. */
function stepFor(words: string): EvidenceStep {
  const known = demandedSteps[words];
  if (known !== undefined) return known;
  const item = ownItem(words);
  return {
    id: item.id,
    title: item.title,
    phase: item.phase,
    remedy: `\`lockkeeper confirm ${item.id}\``,
    judge: (facts) => judgeConfirmation(facts, item),
  };
}

/** A demand of a project's own policy, as something to confirm. */
function ownItem(words: string): ConfirmableItem {
  const id = words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return { id, title: words, role: 'technical lead', phase: 'before', note: null };
}

/** Everything that may be confirmed of this change: the usual items, and what the policy asks for in its own words. */
export function confirmableFor(facts: ChangeFacts): readonly ConfirmableItem[] {
  const words = assessmentsOf(facts).flatMap((one) => [
    ...one.requiredTesting,
    ...one.requiredReview,
    ...one.requiredDocumentation,
    ...one.controls,
  ]);
  const own = [...new Set(words)].filter((each) => demandedSteps[each] === undefined).map(ownItem);
  return [...confirmableItems, ...own.filter(({ id }) => confirmableItems.every((item) => item.id !== id))];
}

function assessmentsOf({ checks }: ChangeFacts): readonly Assessment[] {
  return (checks.at(-1)?.body.migrations ?? []).map(({ assessment }) => assessment);
}

/** The heaviest of its migrations, by the classification, else by the gates. */
function riskOf({ checks, preflights }: ChangeFacts): Complexity | null {
  const judged = checks.at(-1)?.body.migrations ?? preflights.at(-1)?.body.migrations ?? [];
  return complexities.findLast((level) => judged.some(({ risk }) => risk === level)) ?? null;
}

function appliedState(facts: ChangeFacts): ControlReport['applied'] {
  const run = decisiveRun(facts);
  if (run === null) return 'no';
  const revert = facts.reverts.findLast(({ body }) => body.verdict === 'applied');
  if (revert !== undefined && revert.createdAt >= run.createdAt) return 'rolled back';
  return run.body.verdict === 'applied' ? 'applied' : 'failed';
}
