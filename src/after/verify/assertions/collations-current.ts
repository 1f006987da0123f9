import { readCollationDrifts } from '../../../foundation/integrity/collation-versions.js';
import { called, defineAssertion } from '../assertion.js';

export default defineAssertion<{ readonly stored: string; readonly actual: string }>({
  id: 'collations-current',
  title: 'Text sorts as it did when its indexes were built',
  inspect: async ({ reader }) => {
    const drifts = await reader.patient(() => readCollationDrifts(reader.session));
    return drifts.map(({ name, stored, actual }) => ({ relation: null, name, seen: { stored, actual }, unseen: null }));
  },
  judge: ({ stored, actual }, looked) => ({
    weight: 'warning',
    message: `${called(looked)}: indexes were built with version ${stored}, and the library is ${actual} now: their order may be wrong`,
    remedy: 'REINDEX the indexes over such text, then ALTER DATABASE or COLLATION … REFRESH … VERSION.',
    rows: null,
  }),
});
