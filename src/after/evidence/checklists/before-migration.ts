import * as before from '../steps/before.js';
import { defineChecklist } from './checklist.js';

/** What a guide of a chat service asks for before a migration. */
export default defineChecklist({
  id: 'pre-migration',
  title: 'Pre-Migration Checklist',
  head: [{ name: 'Migrations', read: ({ migrations }) => migrations.join(', ') || null }],
  sections: [
    {
      title: 'Development',
      items: [
        {
          text: 'Migration tested in local development environment',
          step: before.rehearsed,
          person: 'development-tested',
        },
        { text: 'Unit tests pass for affected database interactions', person: 'unit-tests' },
        { text: 'Integration tests pass', person: 'integration-tests' },
        { text: 'Rollback script generated and tested: {figures}', step: before.rollbackTested },
        { text: 'Performance impact assessed: {figures}', step: before.performanceTested },
      ],
    },
    {
      title: 'Staging',
      items: [
        {
          text: 'Migration applied to staging environment: {figures}',
          step: before.rehearsed,
          person: 'staging-tested',
        },
        {
          text: 'Application functions correctly after migration',
          step: before.applicationTested,
          person: 'staging-tested',
        },
        { text: 'Rollback tested successfully in staging: {figures}', step: before.rollbackTested },
        { text: 'Data integrity verified post-migration: {figures}', step: before.integrityRehearsed },
        { text: 'Performance metrics collected: {figures}', step: before.performanceTested },
      ],
    },
    {
      title: 'Planning',
      items: [
        { text: 'Migration complexity assessed (Low/Medium/High): {figures}', step: before.classified },
        { text: 'Breaking changes identified: {figures}', step: before.compatibilityJudged },
        { text: 'Affected tables and relationships documented', step: before.classified },
        { text: 'Downtime requirement estimated: {figures}', step: before.durationEstimated },
        { text: 'Rollback plan documented: {figures}', step: before.rollbackExists },
        { text: 'Stakeholders notified of planned migration', person: 'stakeholders-notified' },
        {
          text: 'Maintenance window scheduled (if needed): {figures}',
          step: before.windowNeeded,
          person: 'window-agreed',
        },
        { text: 'Rollback decision tree prepared: {figures}', step: before.runbooks },
        { text: 'Support team briefed', person: 'support-briefed' },
      ],
    },
    {
      title: 'Backup',
      items: [
        { text: 'Full database backup completed: {figures}', step: before.backupCreated },
        { text: 'Backup integrity verified: {figures}', step: before.backupVerified },
        { text: 'Backup restoration tested: {figures}', step: before.restoreProved },
        { text: 'Backup retention policy confirmed', person: 'retention-confirmed' },
        { text: 'Point-in-time recovery (PITR) enabled: {figures}', step: before.walArchiving },
      ],
    },
    {
      title: 'Deployment',
      items: [
        { text: 'Application code compatible with old schema (if zero-downtime): {figures}', step: before.compatible },
        {
          text: 'Application code compatible with new schema',
          step: before.applicationTested,
          person: 'staging-tested',
        },
        { text: 'Feature flags configured (if needed)', person: 'feature-flags' },
        { text: 'Deployment order documented: {figures}', step: before.compatibilityJudged },
      ],
    },
  ],
});
