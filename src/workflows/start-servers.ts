import type { Config } from '../foundation/config/config.js';
import { embeddedMajor } from '../foundation/postgres/server/embedded-versions.js';
import { readEnvironment } from '../foundation/runtime/environment.js';
import { startStageServers, type StageServers } from '../foundation/stage/stage-servers.js';
import type { RehearseRequest } from './rehearse.js';

/** Servers that are on their way. They end when this is disposed of, whether they have arrived or not. */
export interface StartingServers extends AsyncDisposable {
  /** Resolves when nothing is left to do but to wait: for the servers, or for their end. Never rejects. */
  readonly launched: Promise<void>;
  /** Rejects as `startCluster` does. */
  readonly ready: Promise<StageServers>;
}

/** Begins to start the servers of a stage, and returns at once. Throws ChangeSafetyError `usage` for an unknown major. */
export function startServers(
  { stage }: Config,
  request: Pick<RehearseRequest, 'env' | 'signal' | 'onProgress' | 'stage'>,
): StartingServers {
  const abandoned = new AbortController();
  let launch: () => void = () => undefined;
  const launched = new Promise<void>((resolve) => {
    launch = resolve;
  });
  const ready = startStageServers({
    major: embeddedMajor(stage.major),
    serverBin: stage.serverBin,
    environment: readEnvironment(request.env),
    standby: request.stage.standby,
    onLaunch: launch,
    signal: AbortSignal.any([request.signal, abandoned.signal]),
    onProgress: (text) => request.onProgress({ kind: 'phase', text }),
  });
  // A failure is for those who wait for the servers; nobody may, when something else fails first.
  const settled = ready.catch(() => null);
  return {
    launched: Promise.race([launched, settled.then(() => undefined)]),
    ready,
    [Symbol.asyncDispose]: async () => {
      abandoned.abort();
      await (await settled)?.[Symbol.asyncDispose]();
    },
  };
}
