import type { ChildProcess } from 'node:child_process';
import { connect } from '../../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../../src/foundation/runtime/clock.js';
import type { TrialPlace } from './trial-place.js';
import type { Passing, WireProxy } from './wire-proxy.js';

export const faults = [
  'kill -9 of the runner',
  'worker ended',
  'keeper ended',
  'watch ended',
  'network closed',
  'network reset',
  'network silent',
  'worker silent',
  'server crashed',
  'standby promoted',
] as const;
export type Fault = (typeof faults)[number];

/** A fault at a message, and where it is said, the death of whoever puts the first one right. */
export interface Disturbance {
  readonly fault: Fault;
  /** The number of the message before which it happens, from 1. */
  readonly at: number;
  /** The number of the message of `resume` before which that is killed. */
  readonly resumeAt?: number;
  /** How many of the last commits the standby that is promoted never heard of. Default: none. */
  readonly lost?: number;
}

/** Looking, and the beating of hearts, come and go by the clock: only messages that come in every run are counted. */
export class Counter {
  readonly #place: TrialPlace;
  readonly #disturbance: Disturbance | null;
  #working: 'before' | 'now' | 'after' = 'before';
  number = 0;
  message = '';
  /** What a standby had by halves when it was promoted. */
  met: readonly string[] = [];
  reached = false;
  over = false;
  proxy: WireProxy | null = null;
  child: ChildProcess | null = null;
  done: Promise<void> = Promise.resolve();

  constructor(place: TrialPlace, disturbance: Disturbance | null) {
    this.#place = place;
    this.#disturbance = disturbance;
  }

  pass(passing: Passing): Promise<void> | null {
    const { application, from, type } = passing;
    if (this.over) return null;
    const worker = application.startsWith('lockkeeper apply ');
    if (worker && this.#working === 'before') this.#working = 'now';
    if (worker && from === 'client' && type === 'X') this.#working = 'after';
    if (!worker && this.#working === 'now') return null;
    this.number += 1;
    if (this.#disturbance?.at !== this.number || this.reached) return null;
    this.reached = true;
    this.message = `${application.replace(/ [0-9a-f]{8}$/, '')} ${from} ${type}`;
    this.done = this.#disturb(this.#disturbance);
    // Whoever waits for the end of the trial is told of a failure.
    return this.done.catch(() => undefined);
  }

  async #disturb({ fault, lost = 0 }: Disturbance): Promise<void> {
    const { proxy, child } = this;
    if (proxy === null) return;
    switch (fault) {
      case 'kill -9 of the runner':
        child?.kill('SIGKILL');
        // Nothing that it sent may go on after its death.
        await systemClock.sleep(20);
        return;
      case 'worker ended':
        return this.#terminate(proxy.backendOf('lockkeeper apply '));
      case 'keeper ended':
        return this.#terminate(proxy.backendOf('lockkeeper lease'));
      case 'watch ended':
        return this.#terminate(proxy.backendOf('lockkeeper watch'));
      case 'network closed':
        return proxy.cut('fin');
      case 'network reset':
        return proxy.cut('rst');
      case 'network silent':
        return proxy.silence(null);
      case 'worker silent':
        return proxy.silence('lockkeeper apply ');
      case 'server crashed':
        return this.#place.crash();
      case 'standby promoted':
        return this.#promote(proxy, lost);
      default:
        return fault satisfies never;
    }
  }

  async #promote(proxy: WireProxy, lost: number): Promise<void> {
    const { words, left } = await this.#place.promoteStandby(lost);
    this.message = [this.message, words, ...left].join(', ');
    this.met = left;
    proxy.route(this.#place.socketPath());
  }

  async #terminate(pid: number | null): Promise<void> {
    if (pid === null) return;
    await using session = await connect(this.#place.connection(), { applicationName: 'admin' });
    await session.query('SELECT pg_terminate_backend($1)', [pid]);
  }
}
