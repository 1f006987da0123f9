import { readRowConditions } from '../../../foundation/integrity/row-conditions.js';
import { called, countedRows, defineAssertion } from '../assertion.js';
import { type CountedRows, countCondition } from '../count-condition.js';
import { lookAtConditions } from '../look-at-conditions.js';

/** What was never validated, or is not enforced; for the rest the server sees to it. */
export default defineAssertion<CountedRows>({
  id: 'conditions-hold',
  title: 'No row breaks a CHECK or NOT NULL that nobody validated',
  inspect: async (context) => {
    const all = await context.reader.patient(() => readRowConditions(context.reader.session, context.relations));
    const checks = all.filter(({ kind }) => kind === 'violated');
    return lookAtConditions(context, { assertion: 'conditions-hold', conditions: checks, read: countCondition });
  },
  judge: ({ rows, atMost }, looked) =>
    rows === 0
      ? null
      : {
          weight: 'error',
          message: `${called(looked)}: ${countedRows(rows, atMost)} break it`,
          remedy: 'Repair the rows, then validate the constraint.',
          rows,
        },
});
