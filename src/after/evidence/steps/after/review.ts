import { counted } from '../../in-words.js';
import { defineStep, missing, notApplicable, seenIn } from '../step.js';

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
