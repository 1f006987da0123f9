import type { StepFinding } from '../../../../model/controls.js';
import type { ChangeFacts } from '../../change-facts.js';
import { counted } from '../../in-words.js';
import { defineStep, endedIn, missing } from '../step.js';
import { validationOf, watchOf } from './latest.js';

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
