import * as after from '../steps/after.js';
import { defineChecklist } from './checklist.js';

/** What the same guide asks for after a migration. */
export default defineChecklist({
  id: 'post-migration',
  title: 'Post-Migration Checklist',
  head: [{ name: 'Migrations', read: ({ migrations }) => migrations.join(', ') || null }],
  sections: [
    {
      title: 'Immediate',
      items: [
        { text: 'Application health checks passing: {figures}', step: after.healthAfter },
        { text: 'Error rate within normal range (<1%): {figures}', step: after.errorRateNormal },
        { text: 'Response times within SLA: {figures}', step: after.responseTimesNormal },
        { text: 'Database connection pool stable: {figures}', step: after.connectionsStable },
        { text: 'No deadlocks or lock timeouts: {figures}', step: after.noDeadlocks },
      ],
    },
    {
      title: 'Within a day',
      items: [
        { text: 'Critical user flows tested manually', person: 'user-flows' },
        { text: 'Performance metrics compared to baseline: {figures}', step: after.performanceCompared },
        { text: 'Database size/growth monitored: {figures}', step: after.sizeMonitored },
        { text: 'Query performance analyzed: {figures}', step: after.queriesCompared },
        { text: 'User-reported issues tracked', person: 'user-issues' },
      ],
    },
    {
      title: 'Within a week',
      items: [
        { text: 'Automated tests passing: {figures}', step: after.testsAfter },
        { text: 'Backup schedule resumed', person: 'backups-resumed' },
        { text: 'No regression detected in analytics', person: 'analytics' },
        { text: 'Resource utilization stable', person: 'resources' },
        { text: 'Cost impact assessed', person: 'cost' },
        { text: 'Documentation updated', person: 'documentation-updated' },
        { text: 'Lessons learned documented', person: 'lessons-learned' },
        { text: 'Rollback scripts archived', person: 'rollback-archived' },
      ],
    },
  ],
});
