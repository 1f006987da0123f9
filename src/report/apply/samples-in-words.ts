import { formatBytes, formatDuration } from '../units.js';

/** A sample of the system as short facts: what is known, by its unit; metrics of the team's own by their name. */
export function samplesInWords(values: Readonly<Record<string, number | null>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const words = value === null ? null : (known[name] ?? usual(name))(value);
    return words === null ? [] : [words];
  });
}

type InWords = (value: number) => string | null;

/** Null: nothing worth a word. */
const known: Readonly<Record<string, InWords>> = {
  replicaLagMs: (ms) => `standby ${formatDuration(ms)} behind`,
  replicaLagBytes: (bytes) => `${formatBytes(bytes)} to replay`,
  waitingSessions: (count) => `${count} waiting for locks`,
  connections: (part) => `${Math.round(part * 100)} % of the connections used`,
  healthy: (isHealthy) => (isHealthy === 1 ? 'healthy' : 'not healthy'),
  // A position since the server began, and what the screen shows elsewhere.
  walBytes: () => null,
  stepMs: () => null,
};

function usual(name: string): InWords {
  return (value) => `${name} ${Number.isInteger(value) ? value : value.toFixed(2)}`;
}
