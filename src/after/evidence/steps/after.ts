import type { StepFinding } from '../../../model/controls.js';
import type { ValidationCheckKind } from '../../../model/validation-report.js';
import type { WatchReport, WatchSignal } from '../../../model/watch-report.js';
import type { ChangeFacts } from '../change-facts.js';
import type { ConfirmableId } from '../confirmable-items.js';
import { counted, durationInWords } from '../in-words.js';
import { byPerson } from './by-person.js';
import { defineStep, endedIn, missing, notApplicable, seenIn } from './step.js';

function validationOf({ validations }: ChangeFacts) {
  return validations.at(-1) ?? null;
}

/** The longest watch: a broken one before it says less. */
function watchOf({ watches }: ChangeFacts) {
  return watches.toSorted((one, other) => lengthOf(one.body) - lengthOf(other.body)).at(-1) ?? null;
}

function lengthOf({ samples, durationMs }: WatchReport): number {
  return samples.at(-1)?.sinceChangeMs ?? durationMs;
}

/** One kind of check of a validation; several of it have to hold together. */
function byValidation(facts: ChangeFacts, kinds: readonly ValidationCheckKind[]): StepFinding {
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

const halfHourMs = 30 * 60_000;
/** As long as the guides ask for; looks are seconds apart, so the last one may come a little before. */
const hourMs = 59 * 60_000;

export const watched = defineStep({
  id: 'watched',
  title: 'It was watched for an hour, and nothing went wrong',
  phase: 'after',
  remedy: '`lockkeeper watch`',
  judge: (facts) => {
    const record = watchOf(facts);
    if (record === null) return missing;
    const { decision, samples, ended } = record.body;
    const figures = `${decision.verdict} after ${durationInWords(lengthOf(record.body))} and ${counted(samples.length, 'look')}${ended === 'interrupted' ? ', interrupted' : ''}: ${decision.reason}`;
    const seen = endedIn(record, { holds: decision.verdict === 'continue', figures });
    const short = ended === 'interrupted' || lengthOf(record.body) < hourMs;
    return short && seen.state === 'done' ? { ...seen, state: 'missing' } : seen;
  },
});

export const quietHalfHour = defineStep({
  id: 'quiet-half-hour',
  title: 'No errors in the first 30 minutes',
  phase: 'after',
  remedy: '`lockkeeper watch`',
  judge: (facts) => {
    const record = watchOf(facts);
    if (record === null) return missing;
    const { samples, decisions } = record.body;
    const early = samples.filter(({ sinceChangeMs }) => sinceChangeMs <= halfHourMs);
    const breaches = decisions.filter((one) => one.sinceChangeMs <= halfHourMs && one.verdict !== 'continue');
    const length = lengthOf(record.body);
    const figures = `${counted(early.length, 'look')} in the first ${durationInWords(Math.min(length, halfHourMs))}, ${counted(breaches.length, 'alarm')}`;
    const seen = endedIn(record, { holds: breaches.length === 0, figures });
    return length < halfHourMs && seen.state === 'done' ? { ...seen, state: 'missing' } : seen;
  },
});

/** Whether one of these signals was ever beyond its limit; missing where nothing measured it. */
function bySignals(
  facts: ChangeFacts,
  signals: readonly WatchSignal[],
  measured: (report: WatchReport) => readonly (number | null)[],
): StepFinding {
  const record = watchOf(facts);
  if (record === null) return missing;
  const values = measured(record.body).filter((value): value is number => value !== null);
  if (values.length === 0) return missing;
  const breaches = record.body.decisions.flatMap((one) =>
    one.breaches.filter(({ signal }) => signals.includes(signal)),
  );
  const sorted = values.toSorted((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const figures = `median ${round(median)}, at most ${round(sorted.at(-1) ?? 0)} over ${counted(values.length, 'look')}`;
  return endedIn(record, {
    holds: breaches.length === 0,
    figures: [figures, ...breaches.map(({ reason }) => reason)].join('; '),
  });
}

function round(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}

const metric = (name: string) => (report: WatchReport) => report.samples.map(({ metrics }) => metrics[name] ?? null);

export const errorRateNormal = defineStep({
  id: 'error-rate-normal',
  title: 'The error rate stays normal',
  phase: 'after',
  remedy: '`targets.X.metrics.errorRate` in the configuration, then `lockkeeper watch`',
  judge: (facts) => bySignals(facts, ['error-rate'], metric('errorRate')),
});

export const responseTimesNormal = defineStep({
  id: 'response-times-normal',
  title: 'Response times stay normal',
  phase: 'after',
  remedy: '`targets.X.metrics.p95Ms` in the configuration, then `lockkeeper watch`',
  judge: (facts) => bySignals(facts, ['latency-p95', 'latency-p99'], metric('p95Ms')),
});

export const connectionsStable = defineStep({
  id: 'connections-stable',
  title: 'Connections stay within their limit',
  phase: 'after',
  remedy: '`lockkeeper watch`',
  judge: (facts) => bySignals(facts, ['connections'], ({ samples }) => samples.map(({ connections }) => connections)),
});

export const noDeadlocks = defineStep({
  id: 'no-deadlocks',
  title: 'No deadlocks, no waits for locks',
  phase: 'after',
  remedy: '`lockkeeper watch`',
  judge: (facts) =>
    bySignals(facts, ['deadlocks', 'lock-waits'], ({ samples }) => {
      const first = samples.find(({ deadlocks }) => deadlocks !== null)?.deadlocks ?? null;
      return first === null ? [] : samples.map(({ deadlocks }) => (deadlocks === null ? null : deadlocks - first));
    }),
});

/** Lines of the comparison before and after, in words. */
function byComparison(facts: ChangeFacts, wanted: (figure: string) => boolean): StepFinding {
  const record = watchOf(facts) ?? validationOf(facts);
  const lines = record?.body.comparison.filter(({ figure, after }) => wanted(figure) && after !== null) ?? [];
  if (record === null || lines.length === 0) return missing;
  const notable = lines.filter((line) => line.notable);
  const figures = `${counted(lines.length, 'figure')} compared with before, ${counted(notable.length, 'notable one')}${notable.length === 0 ? '' : `: ${notable.map(({ subject, figure, before, after }) => `${subject} ${figure} ${before ?? '?'} → ${after}`).join(', ')}`}`;
  return endedIn(record, { holds: true, figures });
}

export const sizeMonitored = defineStep({
  id: 'size-compared',
  title: 'Size and growth were compared with before',
  phase: 'after',
  remedy: '`lockkeeper validate`',
  judge: (facts) => byComparison(facts, (figure) => /size|bytes|rows/i.test(figure)),
});

export const performanceCompared = defineStep({
  id: 'performance-compared',
  title: 'Performance was compared with before',
  phase: 'after',
  remedy: '`lockkeeper validate` and `lockkeeper watch`',
  judge: (facts) => byComparison(facts, () => true),
});

export const reviewed = defineStep({
  id: 'exceptions-reviewed',
  title: 'What went past a gate was looked into',
  phase: 'after',
  remedy: '`lockkeeper approve review RECORD`',
  judge: (facts) => {
    const exceptions = facts.approvals.filter(({ body }) => ['waiver', 'break-glass'].includes(body.statement.kind));
    const due = exceptions.filter(({ digest }) => !facts.reviews.some(({ body }) => body.statement.of === digest));
    if (exceptions.length === 0) return notApplicable('nothing was waived, and no glass was broken');
    const last = facts.reviews.at(-1);
    if (due.length > 0 || last === undefined) {
      return {
        ...missing,
        figures: `due for ${due.map(({ body }) => `${body.statement.kind} by ${body.signer.principal}`).join(', ')}`,
      };
    }
    return seenIn(last, {
      holds: true,
      figures: counted(facts.reviews.length, 'review'),
      by: last.body.signer.principal,
    });
  },
});

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
