import type { ChangeFacts } from '../../change-facts.js';
import { counted } from '../../in-words.js';
import { byGate, defineStep, endedIn, missing } from '../step.js';

function testOf({ tests }: ChangeFacts) {
  return tests.at(-1) ?? null;
}

export const rollbackExists = defineStep({
  id: 'rollback-script',
  title: 'There is a way back for every migration, or the word that there is none',
  phase: 'before',
  remedy: '`lockkeeper rollback generate`',
  judge: (facts) => {
    const test = testOf(facts);
    const lacking = test?.body.migrations.filter(
      ({ verdict, declared }) => verdict === 'no-rollback' && declared === null,
    );
    if (test === null || lacking === undefined) return byGate(facts, 'rollback-ready');
    const all = new Set(test.body.migrations.map(({ id }) => id)).size;
    const figures =
      lacking.length === 0
        ? `for all ${counted(all, 'migration')}`
        : `none for ${lacking.map(({ id }) => id).join(', ')}`;
    return endedIn(test, { holds: lacking.length === 0, figures });
  },
});

export const rollbackTested = defineStep({
  id: 'rollback-tested',
  title: 'The way back was tried: up, down, up again',
  phase: 'before',
  remedy: '`lockkeeper test`',
  judge: (facts) => {
    const test = testOf(facts);
    if (test === null) return missing;
    const { migrations, totals } = test.body;
    const declared = migrations.filter((one) => one.verdict === 'no-rollback' && one.declared !== null);
    const short = migrations.filter((one) => one.verdict !== 'restored' && one.declared === null);
    const figures = [
      `${totals.restored} of ${migrations.length} restored`,
      ...declared.map((one) => `${one.id} has none: ${one.declared?.because} (${one.declared?.mitigation})`),
      ...short.map((one) => `${one.id}: ${one.verdict}`),
    ].join('; ');
    return endedIn(test, { holds: short.length === 0 && test.body.inconclusive.length === 0, figures });
  },
});

export const integrityRehearsed = defineStep({
  id: 'integrity-rehearsed',
  title: 'The data held together when it was tried',
  phase: 'before',
  remedy: '`lockkeeper test`',
  judge: (facts) => {
    const test = testOf(facts);
    const looked = test?.body.migrations.filter(({ integrity }) => integrity !== null) ?? [];
    if (test === null || looked.length === 0) return missing;
    const faults = looked.flatMap(({ integrity }) => integrity?.afterUp ?? []);
    const figures = `${counted(faults.length, 'fault')} after ${counted(looked.length, 'migration')}`;
    return endedIn(test, { holds: faults.length === 0, figures });
  },
});

export const applicationTested = defineStep({
  id: 'application-tested',
  title: 'The application’s tests pass after up, after down, and after up again',
  phase: 'before',
  remedy: '`lockkeeper test --command "…"`, or `targets.X.validate.tests`',
  judge: ({ validations }) => {
    const record = validations.findLast(({ body }) => body.checks.some(({ kind }) => kind === 'tests'));
    const check = record?.body.checks.find(({ kind }) => kind === 'tests');
    if (record === undefined || check === undefined || check.outcome === 'skipped') return missing;
    return endedIn(record, { holds: check.outcome === 'passed', figures: check.detail });
  },
});
