import type { Clock } from '../clock.js';
import type { DatabaseChoice } from '../named-database.js';
import type { ProjectRequest } from '../project-request.js';
import type { ChangeRequest } from './change-request.js';
import { openPreparation } from './plan-change.js';
import type { Preparation } from './prepare.js';

/** What verbs are told that put right what stands in a database about its migrations. */
export interface VerbRequest extends Omit<ProjectRequest, 'selection'> {
  readonly clock: Clock;
  readonly database: DatabaseChoice;
  /** Folder of the migrations; empty: the configured one. */
  readonly paths: readonly string[];
}

/** Opens the target of a verb that runs no migrations itself. The session has to be closed. */
export function openForVerb(request: VerbRequest): Promise<Preparation> {
  const { paths, ...rest } = request;
  const asChange: ChangeRequest = {
    ...rest,
    selection: { paths },
    allowUndecidable: true,
    onEvent: () => undefined,
  };
  return openPreparation(asChange);
}
