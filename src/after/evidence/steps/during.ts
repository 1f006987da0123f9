import { blockedTraffic, comparedKinds } from '../../../model/locks.js';
import { type ChangeFacts, decisiveRun, endOf } from '../change-facts.js';
import { bytesInWords, counted, durationInWords } from '../in-words.js';
import { defineStep, endedIn, missing, seenIn } from './step.js';

function outcomesOf(facts: ChangeFacts) {
  return (decisiveRun(facts)?.body.steps ?? []).flatMap(({ outcome }) => outcome ?? []);
}

const apply = '`lockkeeper apply`';

export const applied = defineStep({
  id: 'applied',
  title: 'The change took effect without an error',
  phase: 'during',
  remedy: apply,
  judge: (facts) => {
    const run = decisiveRun(facts);
    if (run === null) return missing;
    const outcomes = outcomesOf(facts);
    const attempts = outcomes.reduce((sum, one) => sum + one.attempts.length, 0);
    const wal = outcomes.flatMap(({ walBytes }) => walBytes ?? []);
    const written =
      wal.length === 0 ? 'WAL not measured' : `${bytesInWords(wal.reduce((sum, one) => sum + one, 0))} of WAL`;
    const blocked = Math.max(0, ...outcomes.map(({ longestBlockedMs }) => longestBlockedMs));
    const { verdict, steps, durationMs, queuedMs, runner } = run.body;
    const figures = `${verdict}: ${counted(steps.length, 'step')}, ${counted(attempts, 'attempt')}, ${durationInWords(durationMs)}; ${durationInWords(queuedMs)} in lock queues, others waited at most ${durationInWords(blocked)}, ${written}`;
    return endedIn(run, { holds: verdict === 'applied', figures, by: `${runner.osUser}@${runner.host}` });
  },
});

export const started = defineStep({
  id: 'started',
  title: 'The change began',
  phase: 'during',
  remedy: apply,
  judge: (facts) => {
    const run = decisiveRun(facts);
    if (run === null) return missing;
    const { runner, startedAt } = run.body;
    return seenIn(run, { holds: true, figures: startedAt, at: startedAt, by: `${runner.osUser}@${runner.host}` });
  },
});

export const completed = defineStep({
  id: 'completed',
  title: 'The change ended',
  phase: 'during',
  remedy: apply,
  judge: (facts) => {
    const run = decisiveRun(facts);
    if (run === null) return missing;
    return endedIn(run, { holds: run.body.verdict === 'applied', figures: `${endOf(run)}, ${run.body.verdict}` });
  },
});

export const locksWatched = defineStep({
  id: 'locks-watched',
  title: 'Locks were watched, and limits kept',
  phase: 'during',
  remedy: apply,
  judge: (facts) => {
    const run = decisiveRun(facts);
    if (run === null) return missing;
    const blocked = Math.max(0, ...outcomesOf(facts).map(({ longestBlockedMs }) => longestBlockedMs));
    const given = outcomesOf(facts).flatMap(({ attempts }) => attempts.flatMap(({ failure }) => failure ?? []));
    const figures = `the watchdog saw others wait ${durationInWords(blocked)} at most; ${counted(given.length, 'attempt')} given up; ${locksTaken(facts)}`;
    return endedIn(run, { holds: true, figures });
  },
});

/** What the locks stopped, of relations that were there before, as far as the steps tell. */
function locksTaken(facts: ChangeFacts): string {
  // A record of an earlier version has none.
  const told = outcomesOf(facts).flatMap(({ locks }) => (locks == null ? [] : [locks]));
  if (told.length === 0) return 'which locks it took is not on record';
  const held = told.flat().filter(({ kind, created }) => comparedKinds.has(kind) && created !== true);
  const stopped = (what: BlockedTraffic): number =>
    new Set(held.flatMap(({ relation, mode }) => (blockedTraffic(mode) === what ? [relation] : []))).size;
  const all = counted(stopped('reads and writes'), 'relation');
  return `its locks stopped reads and writes on ${all}, writes on ${counted(stopped('writes'), 'relation')}`;
}

type BlockedTraffic = ReturnType<typeof blockedTraffic>;

/** What would have ended the run by itself, by the words of its criteria. */
function watchedBy(facts: ChangeFacts, ids: readonly string[]) {
  const run = decisiveRun(facts);
  if (run === null) return missing;
  const criteria = run.body.criteria.filter(({ id }) => ids.includes(id));
  if (criteria.length === 0) return missing;
  return endedIn(run, {
    holds: true,
    figures: `watched with the limit agreed before: ${criteria.map(({ id }) => id).join(', ')}`,
  });
}

export const lagWatched = defineStep({
  id: 'lag-watched',
  title: 'The lag of the standbys was watched',
  phase: 'during',
  remedy: '`targets.X.replicas` in the configuration',
  judge: (facts) => watchedBy(facts, ['replica-lag', 'replica-lag-bytes']),
});

export const errorsWatched = defineStep({
  id: 'errors-watched',
  title: 'Errors of the application were watched',
  phase: 'during',
  remedy: '`targets.X.metrics.errorRate` or `targets.X.health` in the configuration',
  judge: (facts) => watchedBy(facts, ['error-rate', 'health']),
});

export const abortAgreed = defineStep({
  id: 'abort-criteria',
  title: 'What ends it was written down before it began',
  phase: 'during',
  remedy: '`policy.limits` in the configuration',
  judge: (facts) => {
    const run = decisiveRun(facts);
    if (run === null) return missing;
    const { criteria } = run.body;
    if (criteria.length === 0) return missing;
    const figures = `ends it: ${criteria.map(({ id, limit, unit }) => `${id} above ${limit}${unit === '' ? '' : ` ${unit}`}`).join(', ')}`;
    return seenIn(run, { holds: true, figures, at: run.body.startedAt });
  },
});
