import { called } from '../assertion.js';
import { defineStandingAssertion } from '../standing-assertion.js';

export default defineStandingAssertion({
  id: 'indexes-valid',
  title: 'Every index is valid',
  kind: 'invalid-index',
  judge: (looked) => ({
    weight: 'warning',
    message: `${called(looked)} is invalid: no query uses it, and writes still pay for it`,
    remedy:
      'DROP INDEX CONCURRENTLY it and build it anew, or REINDEX INDEX CONCURRENTLY, when no build of it is running.',
    rows: null,
  }),
});
