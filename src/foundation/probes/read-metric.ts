import type { MetricProbe, MetricSource } from '../../model/target-settings.js';
import { readOnly } from '../postgres/read-only.js';
import type { Session } from '../postgres/session.js';
import type { Clock } from '../runtime/clock.js';
import { fetchText, hostOf } from './fetch-text.js';
import { figureInJson, figureInPrometheus, type Figure, toFigure } from './figure.js';
import type { MetricReading } from './probe-reading.js';

export interface MetricSurroundings {
  /** Idle; for figures that the database gives. Null while that cannot be reached. */
  readonly session: Session | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Asks for a figure once. What goes wrong is part of the reading; it rejects only when the signal is aborted. */
export async function readMetric(probe: MetricProbe, around: MetricSurroundings): Promise<MetricReading> {
  const { value, problem } = await readSource(probe.source, probe.timeoutMs, around);
  return { value, problem, at: around.clock.date().toISOString() };
}

async function readSource(
  source: MetricSource,
  timeoutMs: number,
  { session, signal }: MetricSurroundings,
): Promise<Figure> {
  if (source.kind === 'sql') return askDatabase(source.query, timeoutMs, session);
  const { headers } = source;
  const request =
    source.kind === 'http'
      ? { url: source.url, headers }
      : {
          url: `${source.url.replace(/\/+$/, '')}/api/v1/query`,
          method: 'POST' as const,
          headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ query: source.query }).toString(),
        };
  const { status, body, problem } = await fetchText({ ...request, timeoutMs, signal });
  if (problem !== null) return { value: null, problem };
  const figure =
    status === null || status < 200 || status > 299
      ? { value: null, problem: `HTTP ${status ?? 'nothing'}` }
      : source.kind === 'prometheus'
        ? figureInPrometheus(body)
        : figureInJson(body, source.path);
  return figure.problem === null ? figure : { value: null, problem: `${hostOf(source.url)}: ${figure.problem}` };
}

/** The query is the project's own, so what the server says of it may be repeated. */
async function askDatabase(query: string, timeoutMs: number, session: Session | null): Promise<Figure> {
  if (session === null) return { value: null, problem: 'the database cannot be reached' };
  const limits = { what: 'a metric', statementTimeoutMs: timeoutMs, lockTimeoutMs: Math.min(timeoutMs, 1_000) };
  try {
    const { rows } = await readOnly(session, limits, () => session.query(query));
    const values = Object.values(rows[0] ?? {});
    if (rows.length !== 1 || values.length !== 1) {
      return {
        value: null,
        problem: `the query returned ${rows.length} rows of ${values.length} columns, not one figure`,
      };
    }
    return toFigure(values[0]);
  } catch (cause) {
    return { value: null, problem: cause instanceof Error ? cause.message : String(cause) };
  }
}
