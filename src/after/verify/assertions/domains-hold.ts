import { readDomainConditions } from '../../../foundation/integrity/domain-conditions.js';
import { called, countedRows, defineAssertion } from '../assertion.js';
import { type CountedRows, countCondition } from '../count-condition.js';
import { lookAtConditions } from '../look-at-conditions.js';
import { concerns } from '../verify-context.js';

export default defineAssertion<CountedRows>({
  id: 'domains-hold',
  title: 'No row breaks a NOT NULL of its domain, or a CHECK of it that nobody validated',
  inspect: async (context) => {
    const { conditions, hidden } = await context.reader.patient(() => readDomainConditions(context.reader.session));
    const looked = await lookAtConditions(context, { assertion: 'domains-hold', conditions, read: countCondition });
    const reason = 'a domain within a composite type is not looked into';
    const beyond = hidden
      .filter(({ relation }) => concerns(context, [relation]))
      .map((one) => ({ ...one, seen: null, unseen: { sqlState: null, reason, remedy: '', isBeyond: true as const } }));
    return [...looked, ...beyond];
  },
  judge: ({ rows, atMost }, looked) =>
    rows === 0
      ? null
      : {
          weight: 'error',
          message: `${called(looked)}: ${countedRows(rows, atMost)} break it`,
          remedy: 'Repair the rows, then ALTER DOMAIN … VALIDATE CONSTRAINT where it is not validated.',
          rows,
        },
});
