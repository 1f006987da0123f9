import { called } from '../assertion.js';
import { defineStandingAssertion } from '../standing-assertion.js';

export default defineStandingAssertion({
  id: 'constraints-validated',
  title: 'Every constraint is validated and enforced',
  kind: 'unvalidated',
  judge: (looked) => ({
    weight: 'warning',
    message: `${called(looked)} is not validated, or not enforced: nobody vouches for the rows that were there before`,
    remedy: 'ALTER TABLE … VALIDATE CONSTRAINT …, once no row breaks it.',
    rows: null,
  }),
});
