import type { StepFinding } from '../../../../model/controls.js';
import type { ValidationCheckKind } from '../../../../model/validation-report.js';
import type { ChangeFacts } from '../../change-facts.js';
import { counted } from '../../in-words.js';
import { defineStep, endedIn, missing, notApplicable } from '../step.js';
import { validationOf } from './latest.js';

/** One kind of check of a validation; several of it have to hold together. */
export function byValidation(facts: ChangeFacts, kinds: readonly ValidationCheckKind[]): StepFinding {
  const record = validationOf(facts);
  if (record === null) return missing;
  const checks = record.body.checks.filter(({ kind, outcome }) => kinds.includes(kind) && outcome !== 'skipped');
  if (checks.length === 0) return missing;
  const figures = checks.map(({ name, outcome, detail }) => `${name} ${outcome}: ${detail}`).join('; ');
  const seen = endedIn(record, { holds: checks.every(({ outcome }) => outcome !== 'failed'), figures });
  return checks.some(({ outcome }) => outcome === 'unknown') && seen.state === 'done'
    ? { ...seen, state: 'missing' }
    : seen;
}

function validationStep<Id extends string>(
  id: Id,
  words: { readonly title: string; readonly remedy: string; readonly kinds: readonly ValidationCheckKind[] },
) {
  return defineStep({
    id,
    title: words.title,
    phase: 'after',
    remedy: words.remedy,
    judge: (facts) => byValidation(facts, words.kinds),
  });
}

const validate = '`lockkeeper validate`';

export const validated = defineStep({
  id: 'validated',
  title: 'The result was validated',
  phase: 'after',
  remedy: validate,
  judge: (facts) => {
    const record = validationOf(facts);
    if (record === null) return missing;
    const { verdict, checks } = record.body;
    const tried = checks.filter(({ outcome }) => outcome !== 'skipped');
    const figures = `${verdict}: ${tried.filter(({ outcome }) => outcome === 'passed').length} of ${counted(tried.length, 'check')} passed`;
    const seen = endedIn(record, { holds: verdict !== 'failed', figures });
    return verdict === 'unknown' ? { ...seen, state: 'missing' } : seen;
  },
});

export const integrityVerified = defineStep({
  id: 'integrity-verified',
  title: 'The data holds together: foreign keys, uniqueness, NOT NULL, indexes',
  phase: 'after',
  remedy: '`lockkeeper verify`',
  judge: (facts) => {
    const record = facts.verifications.findLast(({ body }) => body.action !== 'snapshot');
    if (record === undefined) return byValidation(facts, ['integrity']);
    const { verdict, assertions, comparison } = record.body;
    const checked = assertions.reduce((sum, one) => sum + one.checked, 0);
    const compared = comparison === null ? '' : `, ${counted(comparison.rows, 'row')} compared`;
    const figures = `${verdict}: ${counted(checked, 'thing')} looked at by ${counted(assertions.length, 'assertion')}${compared}`;
    const seen = endedIn(record, { holds: verdict !== 'failed', figures });
    return verdict === 'incomplete' ? { ...seen, state: 'missing' } : seen;
  },
});

export const smokeTested = validationStep('smoke-tested', {
  title: 'The application works: smoke tests and its own tests pass',
  remedy: '`targets.X.validate` in the configuration, then `lockkeeper validate`',
  kinds: ['smoke', 'tests'],
});

export const testsAfter = validationStep('tests-after', {
  title: 'The automated tests pass after it',
  remedy: '`targets.X.validate.tests` in the configuration, then `lockkeeper validate`',
  kinds: ['tests'],
});

export const healthAfter = validationStep('health-after', {
  title: 'Health checks pass after it',
  remedy: '`targets.X.health` in the configuration, then `lockkeeper validate`',
  kinds: ['health'],
});

export const queriesCompared = validationStep('critical-queries', {
  title: 'Critical queries are as fast as before',
  remedy: '`targets.X.validate.queries` in the configuration, then `lockkeeper validate`',
  kinds: ['queries'],
});

export const replicationAfter = defineStep({
  id: 'replication-after',
  title: 'The standbys follow',
  phase: 'after',
  remedy: '`targets.X.replicas` in the configuration, then `lockkeeper validate`',
  judge: (facts) => {
    const found = byValidation(facts, ['replication']);
    const looked = validationOf(facts) !== null;
    return looked && found.record === null ? notApplicable('the validation had no standby to ask') : found;
  },
});
