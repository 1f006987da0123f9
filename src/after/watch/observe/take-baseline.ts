import type { Session } from '../../../foundation/postgres/session.js';
import type { Clock } from '../../../foundation/runtime/clock.js';
import type { MetricBaseline } from '../../../model/target-figures.js';
import type { HealthProbe, MetricProbe } from '../../../model/target-settings.js';
import { baselineOf } from '../decide/median.js';
import { askHealth, askMetrics, type MetricValues } from './ask-surroundings.js';

export interface BaselineOptions {
  readonly connect: () => Promise<Session>;
  readonly metrics: Readonly<Record<string, MetricProbe>>;
  readonly health: HealthProbe | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How many looks there have to be at least. */
  readonly samples: number;
}

export interface Baseline {
  readonly metrics: Readonly<Record<string, MetricBaseline | null>>;
  /** By the last look; null where no health is configured. */
  readonly healthy: boolean | null;
}

const betweenLooksMs = 1_000;
const mostLooks = 300;

/** Looks once a second, on a connection of its own, from now until somebody asks for the result. */
export interface BaselineTaking extends AsyncDisposable {
  /** Waits until there are enough looks. Never rejects: what could not be asked is null. */
  readonly finish: () => Promise<Baseline>;
}

export function startBaseline(options: BaselineOptions): BaselineTaking {
  const looks: MetricValues[] = [];
  const state = { stopped: false, healthy: null as boolean | null };
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const isAsked = Object.keys(options.metrics).length > 0 || options.health !== null;
  const looking = isAsked
    ? lookAgainAndAgain({ ...options, signal }, looks, state).catch(() => undefined)
    : Promise.resolve();
  return {
    finish: async () => {
      state.stopped = true;
      await looking;
      const names = Object.keys(options.metrics);
      const metrics = names.map((name) => [name, baselineOf(looks.map((look) => look[name] ?? null))] as const);
      return { metrics: Object.fromEntries(metrics), healthy: state.healthy };
    },
    [Symbol.asyncDispose]: async () => {
      ended.abort();
      await looking;
    },
  };
}

async function lookAgainAndAgain(
  { connect, metrics, health, clock, signal, samples }: BaselineOptions,
  looks: MetricValues[],
  state: { readonly stopped: boolean; healthy: boolean | null },
): Promise<void> {
  const needsSession = Object.values(metrics).some(({ source }) => source.kind === 'sql');
  await using session = needsSession ? await connect() : null;
  const asked = { session, metrics, health, clock, signal };
  while (!state.stopped || looks.length < samples) {
    if (looks.length >= mostLooks) looks.shift();
    looks.push(await askMetrics(asked));
    state.healthy = (await askHealth(asked))?.healthy ?? null;
    if (state.stopped && looks.length >= samples) return;
    await clock.sleep(betweenLooksMs, signal);
  }
}
