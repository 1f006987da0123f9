import { readRowConditions } from '../../../foundation/integrity/row-conditions.js';
import { defineAssertion } from '../assertion.js';
import { type CountedRows, countCondition } from '../count-condition.js';
import { lookAtConditions, saidOfOrphans } from '../look-at-conditions.js';

/** Enforced or not: triggers may have been off when the rows came. */
export default defineAssertion<CountedRows>({
  id: 'foreign-keys',
  title: 'Every row refers to a row that is there',
  inspect: async (context) => {
    const all = await context.reader.patient(() => readRowConditions(context.reader.session, context.relations));
    const keys = all.filter(({ kind }) => kind === 'orphans');
    return lookAtConditions(context, { assertion: 'foreign-keys', conditions: keys, read: countCondition });
  },
  judge: saidOfOrphans,
});
