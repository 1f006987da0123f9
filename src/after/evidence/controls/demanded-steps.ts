import type { StepFinding } from '../../../model/controls.js';
import * as after from '../steps/after.js';
import * as before from '../steps/before.js';
import { byPerson } from '../steps/by-person.js';
import * as during from '../steps/during.js';
import type { EvidenceStep } from '../steps/step.js';

/** Done when one of both says so; else what the later one says: the person who is asked. */
function either(step: EvidenceStep, other: EvidenceStep): EvidenceStep {
  const judge = (facts: Parameters<EvidenceStep['judge']>[0]): StepFinding => {
    const found = step.judge(facts);
    const said = other.judge(facts);
    return found.state === 'missing' || (found.state === 'failed' && said.state === 'done') ? said : found;
  };
  return { ...other, remedy: `${step.remedy}; or ${other.remedy}`, judge };
}

/** What an assessment may ask for, in its words, and the step that shows it. Other words are asked of a person. */
export const demandedSteps: Readonly<Record<string, EvidenceStep>> = {
  development: either(before.rehearsed, byPerson('development-tested')),
  staging: either(before.rehearsed, byPerson('staging-tested')),
  'performance test': before.performanceTested,
  'load test': either(before.performanceTested, byPerson('load-test-review')),
  rehearsal: before.rehearsed,
  'restore drill': before.restoreProved,
  'restore proof': before.restoreProved,
  'peer review': byPerson('peer-review'),
  'quality assurance': byPerson('quality-assurance'),
  'architecture review': byPerson('architecture-review'),
  'security review': byPerson('security-review'),
  'what it does, in the migration itself': byPerson('purpose-commented'),
  'migration plan': byPerson('migration-plan'),
  'migration playbook': byPerson('migration-playbook'),
  'rollback script': before.rollbackExists,
  'rehearsal report': before.rehearsed,
  'word to all stakeholders': byPerson('stakeholders-notified'),
  'second approver': before.approved,
  'regression gate': after.queriesCompared,
  'maintenance window': before.windowKept,
};

/** What every change needs, whatever its risk. */
export const everyChange: readonly EvidenceStep[] = [
  before.classified,
  before.rollbackTested,
  before.preflightPassed,
  before.approved,
  during.applied,
  after.validated,
  after.reviewed,
];

/** What the databases need besides that everything hangs on: tiers 0 and 1. */
export const criticalTiers: readonly EvidenceStep[] = [
  before.backupFresh,
  before.restorePoint,
  during.abortAgreed,
  after.integrityVerified,
  after.replicationAfter,
  after.watched,
  byPerson('surprises-reviewed'),
];
