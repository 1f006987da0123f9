import { decisiveRun } from '../change-facts.js';
import * as after from '../steps/after.js';
import * as back from '../steps/back.js';
import * as before from '../steps/before.js';
import * as during from '../steps/during.js';
import { defineChecklist } from './checklist.js';

/** The template of a migration playbook: its fields, in its order. */
export default defineChecklist({
  id: 'migration-template',
  title: 'Migration Checklist Template',
  head: [
    { name: 'Migration', read: ({ migrations }) => migrations.join(', ') || null },
    {
      name: 'Ticket',
      read: ({ confirmations }) => confirmations.findLast(({ body }) => body.item === 'ticket')?.body.note ?? null,
    },
    { name: 'Date', read: (facts) => decisiveRun(facts)?.body.startedAt.slice(0, 10) ?? null },
    {
      name: 'Engineer',
      read: (facts) => {
        const run = decisiveRun(facts);
        return run === null ? null : `${run.body.runner.osUser}@${run.body.runner.host}`;
      },
    },
    { name: 'Target', read: ({ target, tier }) => (target === null ? null : `${target} (tier ${tier ?? '?'})`) },
  ],
  sections: [
    {
      title: 'Pre-Migration',
      items: [
        { text: 'Backup created: {figures}, {at}', step: before.backupCreated },
        { text: 'Staging tested: {at}', step: before.rehearsed, person: 'staging-tested' },
        { text: 'Rollback tested: {at}', step: before.rollbackTested },
        { text: 'Stakeholders notified', person: 'stakeholders-notified' },
        { text: 'Maintenance window: {figures}', step: before.windowKept, person: 'window-agreed' },
      ],
    },
    {
      title: 'Execution',
      items: [
        { text: 'Application stopped: {figures}', person: 'application-stopped' },
        { text: 'Migration started: {at}', step: during.started },
        { text: 'Migration completed: {at}', step: during.completed },
        { text: 'Verification passed: {figures}', step: after.validated },
        { text: 'Application restarted: {figures}', person: 'application-restarted' },
      ],
    },
    {
      title: 'Post-Migration',
      items: [
        { text: 'Monitoring: No errors after 30 min: {figures}', step: after.quietHalfHour },
        { text: 'Performance: Within normal range: {figures}', step: after.queriesCompared },
        { text: 'User acceptance: {figures}', person: 'user-acceptance' },
        { text: 'Documentation updated', person: 'documentation-updated' },
        { text: 'Success notification sent', person: 'success-notified' },
      ],
    },
    {
      title: 'Rollback (if needed)',
      items: [
        { text: 'Rollback executed: {at}', step: back.rolledBack },
        { text: 'Rollback verified', step: back.rollbackVerified },
        { text: 'Root cause documented', step: back.rootCause },
      ],
    },
  ],
});
