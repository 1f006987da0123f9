import type { Look } from './look-at-target.js';

/** What tells one life of a server from another. */
export interface ServerState {
  /** ISO 8601. */
  readonly startedAt: string | null;
  /** ISO 8601, since when it counts: it begins anew after a crash, and not after a shutdown. */
  readonly countsSince: string | null;
  /** It follows another server. */
  readonly isStandby: boolean | null;
}

type Seen = Pick<Look, 'reachable' | 'replicas' | 'server' | 'lost'>;

/** Says in words what happened to a server and its standbys from look to look. Knows no clock: it is told the time. */
export class ServerEvents {
  #server: ServerState | null = null;
  #replicas: number | null = null;
  #awaySince: number | null = null;

  /** What happened since the look before, oldest first. `nowMs` of any beginning. */
  take({ reachable, replicas, server, lost }: Seen, nowMs: number): readonly string[] {
    const events: string[] = [];
    if (!reachable && this.#awaySince === null) {
      this.#awaySince = nowMs;
      events.push(`The database cannot be reached: ${lost ?? 'it does not answer'}.`);
    } else if (reachable && this.#awaySince !== null) {
      events.push(`The database answers again, after ${Math.round((nowMs - this.#awaySince) / 1000)} s.`);
      this.#awaySince = null;
    } else if (reachable && lost !== null && this.#server !== null) {
      events.push(`The connection broke and was opened again: ${lost}.`);
    }
    if (server !== null && this.#server !== null) events.push(...changesOf(this.#server, server));
    if (replicas !== null && this.#replicas !== null && replicas !== this.#replicas) {
      events.push(`${replicas} standbys follow; before it was ${this.#replicas}.`);
    }
    this.#server = server ?? this.#server;
    this.#replicas = replicas ?? this.#replicas;
    return events;
  }
}

function changesOf(before: ServerState, now: ServerState): readonly string[] {
  const isNew = before.startedAt !== now.startedAt;
  const isCrash = before.countsSince !== now.countsSince;
  const restart = isNew
    ? [`The server was started anew at ${now.startedAt}${isCrash ? ', and had not been shut down properly' : ''}.`]
    : isCrash
      ? ['The server’s counters began anew: it recovered from a crash, or somebody reset them.']
      : [];
  const turned =
    before.isStandby === now.isStandby || before.isStandby === null || now.isStandby === null
      ? []
      : [now.isStandby ? 'The server is a standby now.' : 'The server is no standby any more.'];
  return [...restart, ...turned];
}
