import type { Gate } from '../gate.js';
import autovacuumOnTouched from './database/autovacuum-on-touched.js';
import connectionHeadroom from './database/connection-headroom.js';
import dataAllows from './database/data-allows.js';
import diskSpace from './database/disk-space.js';
import extensions from './database/extensions.js';
import invalidIndexes from './database/invalid-indexes.js';
import locksNow from './database/locks-now.js';
import longTransactions from './database/long-transactions.js';
import pooler from './database/pooler.js';
import preparedTransactions from './database/prepared-transactions.js';
import privileges from './database/privileges.js';
import replication from './database/replication.js';
import replicationSlots from './database/replication-slots.js';
import serverTimeouts from './database/server-timeouts.js';
import serverVersion from './database/server-version.js';
import transactionIdAge from './database/transaction-id-age.js';
import unvalidatedConstraints from './database/unvalidated-constraints.js';
import vacuumHealth from './database/vacuum-health.js';
import walArchiving from './database/wal-archiving.js';
import applicationHealth from './surroundings/application-health.js';
import approvalsGiven from './surroundings/approvals-given.js';
import backupFresh from './surroundings/backup-fresh.js';
import changeClassified from './surroundings/change-classified.js';
import evidenceIntact from './surroundings/evidence-intact.js';
import freezeCalendar from './surroundings/freeze-calendar.js';
import historyMatches from './surroundings/history-matches.js';
import loadEnvelope from './surroundings/load-envelope.js';
import maintenanceWindow from './surroundings/maintenance-window.js';
import rehearsed from './surroundings/rehearsed.js';
import reviewsDone from './surroundings/reviews-done.js';
import rollbackReady from './surroundings/rollback-ready.js';
import runbooksPresent from './surroundings/runbooks-present.js';
import structureMatches from './surroundings/structure-matches.js';

/** Every gate, in the order in which they are asked. */
export const gates: readonly Gate[] = [
  // What passes by itself within seconds comes last, so that it is fresh when all have been asked.
  evidenceIntact,
  changeClassified,
  historyMatches,
  rehearsed,
  rollbackReady,
  approvalsGiven,
  reviewsDone,
  runbooksPresent,
  backupFresh,
  serverVersion,
  privileges,
  extensions,
  pooler,
  serverTimeouts,
  walArchiving,
  diskSpace,
  replicationSlots,
  replication,
  connectionHeadroom,
  transactionIdAge,
  vacuumHealth,
  invalidIndexes,
  unvalidatedConstraints,
  dataAllows,
  structureMatches,
  freezeCalendar,
  maintenanceWindow,
  loadEnvelope,
  applicationHealth,
  preparedTransactions,
  longTransactions,
  autovacuumOnTouched,
  locksNow,
];
