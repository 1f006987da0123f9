import type { LocksReport } from '../model/locks-report.js';
import { type LocksRequest, openLocksWatch } from './locks/open-locks-watch.js';

export { type LocksRequest, type LocksWatch, openLocksWatch } from './locks/open-locks-watch.js';
export type { SignalRequest } from './locks/signal-from-watch.js';

/** Looks once at who blocks whom on a server. @throws ChangeSafetyError as `openLocksWatch` does. */
export async function locks(request: LocksRequest): Promise<LocksReport> {
  await using watch = await openLocksWatch(request);
  return await watch.look();
}
