import type { RunEvent } from '../../model/apply-run.js';
import type { WantedMigrations } from '../choose-wanted.js';
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

export interface WantedChange extends ChangeRequest, WantedMigrations {}
