import type { StepFinding } from '../../../model/controls.js';
import type { ChangeFacts } from '../change-facts.js';
import type { ConfirmableId } from '../confirmable-items.js';
import { durationInWords } from '../in-words.js';
import { performanceCompared } from './after/comparison.js';
import { byValidation, integrityVerified } from './after/validation.js';
import { byPerson } from './by-person.js';
import { defineStep, endedIn, missing, notApplicable } from './step.js';

/** The last run that took it back; null when nothing was. */
function revertOf(facts: ChangeFacts) {
  return facts.reverts.at(-1) ?? null;
}

const notRolledBack = notApplicable('it was not rolled back');

export const rolledBack = defineStep({
  id: 'rolled-back',
  title: 'The rollback was executed',
  phase: 'back',
  remedy: '`lockkeeper rollback run`',
  judge: (facts) => {
    const run = revertOf(facts);
    if (run === null) return notRolledBack;
    const { verdict, runner, completed, durationMs } = run.body;
    const figures = `${verdict}: ${completed.join(', ')} taken back in ${durationInWords(durationMs)}`;
    return endedIn(run, { holds: verdict === 'applied', figures, by: `${runner.osUser}@${runner.host}` });
  },
});

/** Something that has to be seen again, after the rollback. */
function afterRollback<Id extends string>(id: Id, title: string, judge: (facts: ChangeFacts) => StepFinding) {
  return defineStep({
    id,
    title,
    phase: 'back',
    remedy: '`lockkeeper validate` and `lockkeeper verify`, after the rollback',
    judge: (facts) => {
      const run = revertOf(facts);
      if (run === null) return notRolledBack;
      const found = judge(facts);
      return found.at !== null && found.at >= run.createdAt ? found : missing;
    },
  });
}

export const rollbackVerified = afterRollback('rollback-verified', 'The rollback was verified', (facts) =>
  integrityVerified.judge(facts),
);
export const rollbackHealthy = afterRollback('rollback-healthy', 'The application works after the rollback', (facts) =>
  byValidation(facts, ['health', 'smoke', 'tests']),
);
export const rollbackPerformance = afterRollback(
  'rollback-performance',
  'Performance is as before, after the rollback',
  (facts) => performanceCompared.judge(facts),
);

/** Asked of a person, once there is something to ask about. */
function personAfterRollback(id: ConfirmableId) {
  const step = byPerson(id);
  return { ...step, judge: (facts: ChangeFacts) => (revertOf(facts) === null ? notRolledBack : step.judge(facts)) };
}

export const rootCause = personAfterRollback('root-cause');
export const servicesRestored = personAfterRollback('services-restored');
export const monitoringAfterRollback = personAfterRollback('monitoring-after-rollback');
