import * as after from '../steps/after.js';
import * as before from '../steps/before.js';
import * as during from '../steps/during.js';
import { defineChecklist } from './checklist.js';

/** The short list: before, during, after. */
export default defineChecklist({
  id: 'migration',
  title: 'Migration Checklist',
  head: [{ name: 'Migrations', read: ({ migrations }) => migrations.join(', ') || null }],
  sections: [
    {
      title: 'Pre-Migration',
      items: [
        {
          text: 'Migration tested on copy of production data: {figures}',
          step: before.dataShape,
          person: 'staging-tested',
        },
        { text: 'Rollback plan documented: {figures}', step: before.rollbackExists },
        { text: 'Estimated duration calculated: {figures}', step: before.durationEstimated },
        {
          text: 'Maintenance window scheduled (if needed): {figures}',
          step: before.windowNeeded,
          person: 'window-agreed',
        },
        { text: 'Team notified', person: 'team-briefed' },
      ],
    },
    {
      title: 'During Migration',
      items: [
        { text: 'Monitor database locks: {figures}', step: during.locksWatched },
        { text: 'Monitor replication lag: {figures}', step: during.lagWatched },
        { text: 'Monitor application errors: {figures}', step: during.errorsWatched },
        { text: 'Ready to rollback: {figures}', step: before.rollbackTested, person: 'ready-to-roll-back' },
      ],
    },
    {
      title: 'Post-Migration',
      items: [
        { text: 'Verify data integrity: {figures}', step: after.integrityVerified },
        { text: 'Check application functionality: {figures}', step: after.smokeTested },
        { text: 'Monitor performance: {figures}', step: after.watched },
        { text: 'Update documentation', person: 'documentation-updated' },
      ],
    },
  ],
});
