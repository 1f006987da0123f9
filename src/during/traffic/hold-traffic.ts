import type { Session } from '../../foundation/postgres/session.js';
import type { HookName, HookSettings } from '../../model/target-settings.js';
import { drainConnections } from './drain-connections.js';
import { type HookSurroundings, runHook } from './run-hook.js';

/** What is switched before a change, with what switches it back, in the order in which that is done. */
const pairs: readonly (readonly [on: HookName, off: HookName])[] = [
  ['pauseJobs', 'resumeJobs'],
  ['maintenanceOn', 'maintenanceOff'],
  ['readOnlyOn', 'readOnlyOff'],
];

/** Traffic is held back until it is released. */
export interface HeldTraffic {
  /** In the order in which they ran. */
  readonly ran: readonly HookName[];
  /** Runs every way back, the last first, whatever becomes of the others. Returns what failed, in words. */
  readonly release: () => Promise<readonly string[]>;
}

/**
 * Runs the hooks of a target, and waits until the application's connections are gone where that is asked for. When one
 * fails, those before it are taken back. @throws ChangeSafetyError `command-failed` or `traffic-remains`.
 */
export async function holdTraffic(
  session: Session,
  hooks: HookSettings,
  around: HookSurroundings,
): Promise<HeldTraffic> {
  const ran: HookName[] = [];
  const ways: HookName[] = [];
  // A signal that ends the run must not keep traffic out.
  const back = { ...around, signal: new AbortController().signal };
  const release = async (): Promise<readonly string[]> => {
    const failures: string[] = [];
    for (const hook of ways.splice(0).toReversed()) {
      const command = hooks[hook];
      if (command === null) continue;
      await runHook(hook, command, back).catch((cause: unknown) => failures.push(messageOf(cause)));
    }
    return failures;
  };
  try {
    for (const [on, off] of pairs) {
      const command = hooks[on];
      // Even where a hook failed it may have done a part.
      if (command !== null || hooks[off] !== null) ways.push(off);
      if (command === null) continue;
      await runHook(on, command, around);
      ran.push(on);
    }
    if (hooks.drain !== null) await drainConnections(session, hooks.drain, around);
    return { ran, release };
  } catch (cause) {
    await release();
    throw cause;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
