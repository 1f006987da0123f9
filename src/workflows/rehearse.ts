import type { LoadedConfig } from '../foundation/config/load-config.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { Rehearsal } from '../model/rehearsal.js';
import type { StageRequest } from './build-stage.js';
import { chooseDatabase } from './named-database.js';
import { namedFiles } from './named-files.js';
import { loadConfigOf, type TrialRequest } from './project-request.js';
import { startServers } from './start-servers.js';

export interface RehearseRequest extends TrialRequest {
  readonly stage: StageRequest;
  /** Requests per second on each touched table; null runs without traffic. */
  readonly trafficPerSecond: number | null;
  /** Run each migration once more, right after it was applied: what is idempotent neither fails nor changes anything. */
  readonly twice?: boolean;
  /** A command that runs the team's own tool against the stage, instead of the project's SQL. */
  readonly exec: string | null;
}

export interface RehearseResult {
  readonly rehearsal: Rehearsal;
  /** Absolute path of the record that was written. */
  readonly recordPath: string;
}

/**
 * Tries a change on a disposable server under observers and records what was seen. A change that fails is a result; a
 * stage that cannot be built throws ChangeSafetyError. No database but the stage is written to.
 */
export async function rehearse(request: RehearseRequest): Promise<RehearseResult> {
  const loaded = await loadConfigOf(request);
  if (chooseDatabase(loaded, request.database) !== null && request.exec !== null) throw commandChooses();
  if (request.exec === null) await namedFiles(request.cwd, request.selection.paths);
  const rehearsal = await rehearseOnServers(request, loaded);
  const { recordRehearsal } = await loadRest();
  // Only now that the stage is gone: syncing a record would first write the stage's own dirty pages to disk.
  return recordRehearsal(rehearsal, loaded);
}

function commandChooses(): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: 'A command of --exec chooses by itself what it applies to the stage.',
    remedy: 'Leave out --target and --database, or --exec.',
    effect: 'none',
  });
}

/** Everything else this takes. */
function loadRest(): Promise<typeof import('./rehearse-on-stage.js')> {
  return import('./rehearse-on-stage.js');
}

async function rehearseOnServers(request: RehearseRequest, loaded: LoadedConfig): Promise<Rehearsal> {
  if (request.stage.url !== null) return (await loadRest()).rehearseOnStage(request, { loaded });
  await using servers = startServers(loaded.config, request);
  // What is loaded now, is loaded while the servers start.
  await servers.launched;
  const { rehearseOnStage } = await loadRest();
  return await rehearseOnStage(request, { loaded, servers });
}
