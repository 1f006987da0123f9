import { latencySignals } from './latency-signals.js';
import type { Signal } from './signal.js';

const percent = (part: number): string => `${Math.round(part * 1000) / 10} %`;

/** Nothing of it is smeared by a monitor. */
const steady = { skipsFirst: 0, beyondPart: 0.9, settlesWithin: null, usual: () => 0 } as const;

const health: Signal = {
  id: 'health',
  read: ({ healthy }) => (healthy === null ? null : Number(!healthy)),
  limit: ({ asksHealth }) => (asksHealth ? 0 : null),
  // A rolling restart takes its seconds.
  lasting: 0.35,
  severity: () => 'P0',
  ...steady,
  words: () => 'The application says that it is not well.',
};

const integrity: Signal = {
  id: 'integrity',
  read: ({ newFaults }) => newFaults,
  limit: () => 0,
  lasting: 0,
  severity: () => 'P0',
  ...steady,
  words: (faults) =>
    `${faults === 1 ? 'One thing that the schema promises does' : `${faults} things that the schema promises do`} not hold, and did before the change.`,
};

/** Of a few requests one that fails is a large part: nobody knows how many there were. */
const errorRate: Signal = {
  id: 'error-rate',
  read: ({ metrics }) => metrics['errorRate'] ?? null,
  limit: ({ settings, metrics }) => {
    const { baseline, peak } = metrics['errorRate'] ?? { baseline: null, peak: null };
    const before = baseline === null ? 0 : baseline.median + 4 * baseline.spread;
    return Math.max(settings.errorRate, before, peak ?? 0);
  },
  lasting: 1,
  skipsFirst: 0,
  beyondPart: 0.9,
  severity: (value) => (value >= 0.5 ? 'P0' : value > 0.1 ? 'P1' : 'P2'),
  // A restart's few seconds of errors last as long as the window that a monitor averages over.
  settlesWithin: 0.22,
  usual: ({ metrics }) => metrics['errorRate']?.baseline?.median ?? 0,
  words: (value, limit) => `${percent(value)} of the requests fail; the limit is ${percent(limit)}.`,
};

/** An answer from elsewhere decides whether it is an outage: it may be this machine's own network. */
const database: Signal = {
  id: 'database',
  read: ({ reachable }) => Number(!reachable),
  limit: () => 0,
  lasting: 1,
  severity: () => 'P1',
  ...steady,
  words: () => 'The database cannot be reached from here.',
};

const lockWaits: Signal = {
  id: 'lock-waits',
  read: ({ waitingSessions }) => waitingSessions,
  limit: ({ settings }) => settings.waitingSessions,
  lasting: 0.8,
  severity: () => 'P1',
  ...steady,
  words: (value, limit) => `${value} sessions wait for locks; the limit is ${limit}.`,
};

const connections: Signal = {
  id: 'connections',
  read: (sample) => sample.connections,
  limit: () => 0.95,
  lasting: 0.6,
  severity: () => 'P1',
  ...steady,
  words: (value) => `${percent(value)} of the connections are used.`,
};

const deadlockWindowMs = 120_000;
const fewDeadlocks = 20;

/** A server that crashed counts anew: what falls is no figure. */
const deadlocks: Signal = {
  id: 'deadlocks',
  read: (sample, earlier) => {
    const from = sample.sinceChangeMs - deadlockWindowMs;
    const first = earlier[earlier.findLastIndex((one) => one.sinceChangeMs < from) + 1]?.deadlocks ?? null;
    if (first === null || sample.deadlocks === null || sample.deadlocks < first) return null;
    return sample.deadlocks - first;
  },
  limit: ({ deadlocksPerMs }) => Math.max(fewDeadlocks, 10 * deadlockWindowMs * (deadlocksPerMs ?? 0)),
  lasting: 0.2,
  severity: () => 'P2',
  ...steady,
  words: (value, limit) => `${value} deadlocks within two minutes; up to ${Math.round(limit)} would be usual.`,
};

const replicas: Signal = {
  id: 'replicas',
  read: (sample) => (sample.replicas === null ? null : -sample.replicas),
  limit: (facts) => (facts.replicas === null || facts.replicas === 0 ? null : -facts.replicas),
  lasting: 0.8,
  severity: () => 'P2',
  ...steady,
  words: (value, limit) => `${-value} standbys follow; before the change it was ${-limit}.`,
};

const replicaLag: Signal = {
  id: 'replica-lag',
  read: ({ replicaLagMs }) => replicaLagMs,
  limit: ({ settings }) => settings.replicaLagMs,
  lasting: 0.8,
  severity: () => 'P2',
  ...steady,
  words: (value, limit) =>
    `A standby is ${Math.round(value / 1000)} s behind; the limit is ${Math.round(limit / 1000)} s.`,
};

/** Everything that is looked at, the weightiest first. */
export const signals: readonly Signal[] = [
  health,
  integrity,
  errorRate,
  ...latencySignals,
  database,
  lockWaits,
  connections,
  deadlocks,
  replicas,
  replicaLag,
];
