import * as after from '../steps/after.js';
import * as back from '../steps/back.js';
import * as before from '../steps/before.js';
import * as during from '../steps/during.js';
import { defineChecklist } from './checklist.js';

/** What a guide for upgrades asks for: prerequisites, and when it counts as a success, of the way there and the way back. */
export default defineChecklist({
  id: 'upgrade',
  title: 'Prerequisites and Success Criteria',
  head: [{ name: 'Migrations', read: ({ migrations }) => migrations.join(', ') || null }],
  sections: [
    {
      title: 'Prerequisites',
      items: [
        { text: 'Backup Strategy: Full database backup with verified restore: {figures}', step: before.restoreProved },
        {
          text: 'Maintenance Window: Scheduled downtime with business approval: {figures}',
          step: before.windowKept,
          person: 'window-agreed',
        },
        { text: 'Rollback Plan: Tested procedure to revert if upgrade fails: {figures}', step: before.rollbackTested },
        {
          text: 'Testing Environment: Identical staging environment for validation',
          step: before.dataShape,
          person: 'staging-current',
        },
        { text: 'Communication Plan: Stakeholder notification and status updates', person: 'stakeholders-notified' },
        {
          text: 'Monitoring Setup: Enhanced monitoring during and after upgrade: {figures}',
          step: during.abortAgreed,
          person: 'dashboards-ready',
        },
      ],
    },
    {
      title: 'Database Preparation',
      items: [
        { text: 'Run pre-upgrade health checks: {figures}', step: before.preflightPassed },
        { text: 'Verify all TVIEWs are functioning normally', person: 'tviews-healthy' },
        { text: 'Check disk space (2x database size minimum): {figures}', step: before.diskSpace },
        { text: 'Validate backup integrity: {figures}', step: before.backupVerified },
        {
          text: 'Document current versions and configurations: {figures}',
          step: before.versionsRecorded,
          person: 'configuration-documented',
        },
      ],
    },
    {
      title: 'Application Preparation',
      items: [
        { text: 'Notify application teams of maintenance window', person: 'application-teams-notified' },
        { text: 'Implement read-only mode if available', person: 'read-only-mode' },
        { text: 'Stop non-critical background jobs', person: 'jobs-stopped' },
        { text: 'Prepare application rollback procedures', person: 'application-rollback-ready' },
      ],
    },
    {
      title: 'Team Preparation',
      items: [
        { text: 'Assemble upgrade team with required expertise', person: 'team-briefed' },
        { text: 'Review and test rollback procedures', person: 'rollback-reviewed' },
        { text: 'Prepare monitoring dashboards', person: 'dashboards-ready' },
        { text: 'Set up communication channels', person: 'incident-channel' },
      ],
    },
    {
      title: 'Technical Success',
      items: [
        { text: 'Upgrade completes without errors: {figures}', step: during.applied },
        { text: 'All TVIEWs function correctly', person: 'tviews-after' },
        { text: 'Performance meets or exceeds baseline: {figures}', step: after.queriesCompared },
        { text: 'Data integrity verified: {figures}', step: after.integrityVerified },
        { text: 'Monitoring systems operational', person: 'monitoring-operational' },
      ],
    },
    {
      title: 'Business Success',
      items: [
        { text: 'Applications functioning normally: {figures}', step: after.smokeTested },
        { text: 'User impact minimized: {figures}', step: after.watched, person: 'user-impact' },
        { text: 'Stakeholder communication effective', person: 'communication-effective' },
        { text: 'Lessons learned documented', person: 'lessons-learned' },
      ],
    },
    {
      title: 'Rollback Success Criteria',
      items: [
        { text: 'All services restored to pre-upgrade state', step: back.servicesRestored },
        { text: 'Data integrity verified', step: back.rollbackVerified },
        { text: 'Application functionality confirmed', step: back.rollbackHealthy },
        { text: 'Performance meets baseline requirements', step: back.rollbackPerformance },
        { text: 'Monitoring systems operational', step: back.monitoringAfterRollback },
      ],
    },
  ],
});
