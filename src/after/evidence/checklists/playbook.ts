import * as before from '../steps/before.js';
import { defineChecklist } from './checklist.js';

/** What a playbook asks for before a migration. */
export default defineChecklist({
  id: 'playbook',
  title: 'Pre-Migration Checklist of the playbook',
  head: [{ name: 'Migrations', read: ({ migrations }) => migrations.join(', ') || null }],
  sections: [
    {
      title: '1. Review Migration Script',
      items: [
        { text: 'Script is idempotent (safe to run multiple times): {figures}', step: before.idempotent },
        { text: 'Uses IF EXISTS, IF NOT EXISTS where appropriate: {figures}', step: before.idempotent },
        { text: 'Contains comments explaining purpose and impact', person: 'purpose-commented' },
        { text: 'Estimated execution time documented: {figures}', step: before.durationEstimated },
        { text: 'Rollback script exists and is tested: {figures}', step: before.rollbackTested },
        { text: 'No blocking DDL on large tables: {figures}', step: before.noBlockingDdl },
      ],
    },
    {
      title: '2. Test in Staging',
      items: [
        {
          text: 'Staging database is up-to-date with production schema: {figures}',
          step: before.structureMatches,
          person: 'staging-current',
        },
        {
          text: 'Migration executed successfully in staging: {figures}',
          step: before.rehearsed,
          person: 'staging-tested',
        },
        {
          text: 'Application tests pass after migration: {figures}',
          step: before.applicationTested,
          person: 'integration-tests',
        },
        { text: 'Rollback tested and verified in staging: {figures}', step: before.rollbackTested },
        {
          text: 'Performance impact measured (query times, lock durations): {figures}',
          step: before.performanceTested,
        },
      ],
    },
    {
      title: '3. Backup & Preparation',
      items: [
        { text: 'Create pre-migration backup: {figures}', step: before.backupCreated },
        { text: 'Verify backup integrity: {figures}', step: before.backupVerified },
        { text: 'Disk space check (ensure 2x database size available): {figures}', step: before.diskSpace },
        { text: 'Monitor dashboard accessible', person: 'dashboards-ready' },
        { text: 'Rollback procedure reviewed with team', person: 'rollback-reviewed' },
      ],
    },
    {
      title: '4. Communication',
      items: [
        { text: 'Stakeholders notified of maintenance window', person: 'stakeholders-notified' },
        { text: 'Deployment ticket created with rollback plan: {figures}', person: 'ticket' },
        { text: 'On-call engineer briefed', person: 'on-call-briefed' },
        { text: 'Incident channel prepared (Slack, Teams, etc.)', person: 'incident-channel' },
      ],
    },
    {
      title: '5. Timing',
      items: [
        { text: 'Scheduled during low-traffic period: {figures}', step: before.loadEnvelope, person: 'low-traffic' },
        { text: 'Sufficient time allocated (2x estimated + 1 hour buffer)', person: 'time-allocated' },
        { text: 'Team members available for monitoring', person: 'team-available' },
      ],
    },
  ],
});
