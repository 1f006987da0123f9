import type { HealthProbe } from '../../model/target-settings.js';
import type { Clock } from '../runtime/clock.js';
import { fetchText, hostOf } from './fetch-text.js';
import type { HealthReading } from './probe-reading.js';

/** Asks the application once whether it is well. Rejects only when the signal is aborted. */
export async function probeHealth(
  probe: HealthProbe,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<HealthReading> {
  const { url, headers, timeoutMs } = probe;
  const start = clock.now();
  const answer = await fetchText({ url, headers, timeoutMs, signal });
  const problem = answer.problem ?? faultOf(probe, answer);
  return {
    healthy: problem === null,
    status: answer.status,
    problem,
    durationMs: clock.now() - start,
    at: clock.date().toISOString(),
  };
}

function faultOf(
  { url, status: wanted, body: text }: HealthProbe,
  { status, body }: { readonly status: number | null; readonly body: string },
): string | null {
  if (status !== wanted) return `${hostOf(url)}: HTTP ${status ?? 'nothing'} instead of ${wanted}`;
  if (text !== null && !body.includes(text)) return `${hostOf(url)}: the answer does not say what it should`;
  return null;
}
