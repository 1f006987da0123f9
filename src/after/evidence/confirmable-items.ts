import type { ChangePhase, ConfirmableItem } from '../../model/confirmation.js';

type Words = readonly [id: string, title: string, role: string, note?: string];

const items = {
  before: [
    ['ticket', 'There is a ticket with the rollback plan', 'engineer', 'its number'],
    ['peer-review', 'A peer has reviewed it', 'peer reviewer', 'who, and where it can be read'],
    ['quality-assurance', 'Quality assurance has reviewed it', 'quality assurance'],
    ['architecture-review', 'Its architecture was reviewed', 'architect'],
    ['security-review', 'Its security was reviewed', 'security officer'],
    ['load-test-review', 'The load test was looked at', 'performance engineer'],
    ['migration-plan', 'The plan of the migration is written', 'engineer', 'where it can be read'],
    ['migration-playbook', 'The playbook of the migration is written', 'engineer', 'where it can be read'],
    ['rollback-reviewed', 'The team has gone through the way back', 'engineer'],
    ['development-tested', 'It was tested in development', 'engineer'],
    ['staging-tested', 'It was tested in staging, with the application', 'engineer', 'when'],
    ['staging-current', 'Staging has the schema of production', 'engineer'],
    ['unit-tests', 'The unit tests of what talks to the database pass', 'engineer'],
    ['integration-tests', 'The integration tests pass', 'engineer'],
    ['disaster-recovery-tested', 'Recovery from a disaster was tried', 'database administrator'],
    ['failover-tested', 'Failover was tried', 'database administrator'],
    ['multi-day-tested', 'It ran stably for days', 'quality assurance'],
    ['stakeholders-notified', 'All stakeholders know of it', 'release manager', 'who, and how'],
    ['window-agreed', 'The maintenance window is agreed', 'release manager', 'from when to when'],
    ['low-traffic', 'It is planned for hours of little traffic', 'release manager'],
    ['time-allocated', 'Time enough is set aside: twice the estimate and an hour', 'release manager'],
    ['team-available', 'The team is there while it runs', 'release manager'],
    ['team-briefed', 'The team knows who does what', 'upgrade coordinator'],
    ['on-call-briefed', 'Who is on call knows of it', 'on-call engineer'],
    ['support-briefed', 'Support knows of it', 'support lead'],
    ['incident-channel', 'The channel for incidents is ready', 'on-call engineer', 'which'],
    ['application-teams-notified', 'The teams of the applications know of the window', 'release manager'],
    ['read-only-mode', 'The application can be made read-only', 'application owner'],
    ['jobs-stopped', 'Jobs that can wait are stopped', 'application owner'],
    ['application-rollback-ready', 'The application’s own way back is ready', 'application owner'],
    ['feature-flags', 'Feature flags are set', 'application owner'],
    ['retention-confirmed', 'Backups are kept as long as they should be', 'database administrator'],
    ['configuration-documented', 'Versions and settings of today are written down', 'database administrator'],
    ['dashboards-ready', 'The dashboards are open', 'on-call engineer', 'where'],
    ['purpose-commented', 'The script says what it is for and what it does', 'engineer'],
    ['tviews-healthy', 'All TVIEWs work as they should', 'database administrator'],
  ],
  during: [
    ['application-stopped', 'The application was stopped', 'application owner', 'when'],
    ['application-restarted', 'The application was started again', 'application owner', 'when'],
    ['ready-to-roll-back', 'Somebody stood ready to take it back', 'on-call engineer', 'who'],
  ],
  after: [
    ['user-flows', 'The critical ways of users were tried by hand', 'quality assurance', 'which'],
    ['user-acceptance', 'The users accept it', 'product owner', 'what they said'],
    ['user-issues', 'What users report is followed up', 'support lead'],
    ['analytics', 'The analytics show no regression', 'product owner'],
    ['cost', 'Its cost is known', 'technical lead', 'how much'],
    ['resources', 'The use of resources is stable', 'on-call engineer'],
    ['backups-resumed', 'Backups run again as planned', 'database administrator'],
    ['documentation-updated', 'The documentation is up to date', 'engineer', 'where'],
    ['lessons-learned', 'What was learnt is written down', 'technical lead', 'where it can be read'],
    ['rollback-archived', 'The rollback scripts are archived', 'engineer', 'where'],
    ['success-notified', 'All stakeholders know that it is done', 'release manager', 'who, and how'],
    ['user-impact', 'Users noticed as little as was agreed', 'product owner'],
    ['communication-effective', 'Those who had to know were told in time', 'release manager'],
    ['monitoring-operational', 'Monitoring works', 'on-call engineer'],
    ['surprises-reviewed', 'The surprises were reviewed, and the runbooks updated', 'technical lead', 'which runbooks'],
    ['tviews-after', 'All TVIEWs work as they should after it', 'database administrator'],
  ],
  back: [
    ['services-restored', 'All services are as they were before', 'application owner'],
    ['root-cause', 'The root cause is written down', 'technical lead', 'where it can be read'],
    ['monitoring-after-rollback', 'Monitoring works after the rollback', 'on-call engineer'],
  ],
} as const satisfies Record<ChangePhase, readonly Words[]>;

/** What `confirm` may be asked for, in the order of a change. */
export type ConfirmableId = (typeof items)[ChangePhase][number][0];

/** Everything that only a person can say of a change, in the order in which it comes up. */
export const confirmableItems: readonly (ConfirmableItem & { readonly id: ConfirmableId })[] = (
  ['before', 'during', 'after', 'back'] as const
).flatMap((phase) =>
  items[phase].map((words: readonly [ConfirmableId, string, string, string?]) => {
    const [id, title, role, note = null] = words;
    return { id, title, role, phase, note };
  }),
);

export function confirmableItem(id: ConfirmableId): ConfirmableItem {
  return confirmableItems.find((item) => item.id === id) as ConfirmableItem;
}
