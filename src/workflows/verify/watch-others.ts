import { judgeOthers, limitsOfOthers } from '../../after/verify/judge-others.js';
import { TargetWatch } from '../../after/watch/observe/look-at-target.js';
import { HeededOthers } from '../../foundation/integrity/heed-others.js';
import { type LoadedConfig, requireTarget } from '../../foundation/config/load-config.js';
import { openTarget } from '../apply/open-target.js';
import type { VerifyRequest } from './verify-request.js';

/** Those who come first while a target is read, and what kept the reading waiting. */
export interface WatchedOthers extends AsyncDisposable {
  readonly others: HeededOthers;
  readonly notes: () => readonly string[];
}

const everyMs = 2_000;

/**
 * Begins to look at a target's own metrics, health and standbys, on a connection of its own; null where none are configured,
 * for then nobody could say that a reading is in the way.
 */
export async function watchOthers(
  loaded: LoadedConfig,
  { database, env, clock, signal }: VerifyRequest,
): Promise<WatchedOthers | null> {
  if (database.target === null) return null;
  const { metrics, health, watch } = requireTarget(loaded, database.target);
  if (health === null && Object.keys(metrics).length === 0) return null;
  const { connect } = openTarget(loaded, database, env);
  const ended = new AbortController();
  const eyes = new TargetWatch({
    connect: () => connect('lockkeeper verify'),
    metrics,
    health,
    clock,
    signal: AbortSignal.any([signal, ended.signal]),
    everyMs,
  });
  const before = await eyes.look();
  const limits = limitsOfOthers(metrics, before, watch);
  const reasons = new Set<string>();
  let looking: Promise<unknown> = Promise.resolve();
  const ask = () => {
    const asked = eyes.look().then((seen) => {
      const state = judgeOthers(seen, limits);
      if (state.hold !== null) reasons.add(state.hold.replace(/ is [\d.e+]+, and/, ''));
      return state;
    });
    looking = asked.catch(() => undefined);
    return asked;
  };
  return {
    others: new HeededOthers({ ask, clock, signal }),
    notes: () => [...reasons].map((reason) => `The reading waited for others: ${reason}.`),
    [Symbol.asyncDispose]: async () => {
      ended.abort();
      await looking;
      await eyes[Symbol.asyncDispose]();
    },
  };
}
