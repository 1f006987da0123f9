import type { RunEvent } from '../../model/apply-run.js';
import type { Clock } from '../clock.js';
import type { DatabaseChoice } from '../named-database.js';
import type { ProjectRequest } from '../project-request.js';

/** What every verb is told that changes a database, or is about to. */
export interface ChangeRequest extends ProjectRequest {
  readonly clock: Clock;
  readonly database: DatabaseChoice;
  /** Steps of which nothing tells after a crash whether they took effect. */
  readonly allowUndecidable: boolean;
  readonly onEvent: (event: RunEvent) => void;
}

/** What of the unapplied migrations is wanted. */
export interface WantedMigrations {
  /** The last migration to apply; null: all that the target lacks. */
  readonly until: string | null;
  /** Just these, in the order of the files; empty: no such choice. */
  readonly only: readonly string[];
}

export interface WantedChange extends ChangeRequest, WantedMigrations {}
