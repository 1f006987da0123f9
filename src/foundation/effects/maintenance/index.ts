import type { EffectHandlers } from '../effect-context.js';
import { noEffect } from '../effect-draft.js';
import { discardEffects } from './discard.js';
import { lockTableEffects } from './lock-table.js';
import { clusterEffects, refreshEffects, reindexEffects } from './rebuild.js';
import { setConstraintsEffects } from './set-constraints.js';
import { truncateEffects } from './truncate.js';
import { vacuumEffects } from './vacuum.js';

const nothing = (): typeof noEffect => noEffect;

/** Statements that tend tables, sessions and transactions. */
export const maintenanceHandlers: EffectHandlers = {
  TruncateStmt: truncateEffects,
  VacuumStmt: vacuumEffects,
  ClusterStmt: clusterEffects,
  ReindexStmt: reindexEffects,
  RefreshMatViewStmt: refreshEffects,
  LockStmt: lockTableEffects,
  DiscardStmt: discardEffects,
  ConstraintsSetStmt: setConstraintsEffects,
  // None of these opens a relation that a user made.
  CheckPointStmt: nothing,
  ClosePortalStmt: nothing,
  FetchStmt: nothing,
  ListenStmt: nothing,
  LoadStmt: nothing,
  NotifyStmt: nothing,
  TransactionStmt: nothing,
  UnlistenStmt: nothing,
  VariableSetStmt: nothing,
  VariableShowStmt: nothing,
};
