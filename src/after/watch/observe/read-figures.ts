import { readReplication } from '../../../foundation/activity/read-replication.js';
import { readStandingFaults } from '../../../foundation/integrity/standing-faults.js';
import { readOnly } from '../../../foundation/postgres/read-only.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { Clock } from '../../../foundation/runtime/clock.js';
import type { MetricBaseline, TargetFigures } from '../../../model/target-figures.js';
import type { CriticalQuery } from '../../../model/target-settings.js';
import { readQueryFigures } from './read-queries.js';
import { readDatabaseFigures, readDatabaseSize, readRelationFigures } from './read-statistics.js';
import { timeQueries } from './time-queries.js';

export interface FiguresOptions {
  /** Idle, on the target. */
  readonly session: Session;
  /** `schema.name` of each, as quote_ident writes it. */
  readonly relations: readonly string[];
  readonly queries: readonly CriticalQuery[];
  readonly clock: Clock;
  readonly metrics: Readonly<Record<string, MetricBaseline | null>>;
  readonly healthy: boolean | null;
}

/**
 * The figures of a target now. Each part is read for itself: what cannot be read is null, and a note says why. Opens no
 * relation but in the critical queries. Never rejects.
 */
export async function readFigures(options: FiguresOptions): Promise<TargetFigures> {
  const { session, relations, queries, clock, metrics, healthy } = options;
  const notes: string[] = [];
  const read = async <Value>(what: string, ask: () => Promise<Value>): Promise<Value | null> => {
    try {
      return await readOnly(session, { what, statementTimeoutMs: 5_000, lockTimeoutMs: 500 }, ask);
    } catch (cause) {
      notes.push(cause instanceof Error ? cause.message : String(cause));
      return null;
    }
  };
  const database = await read('the counters of the database', () => readDatabaseFigures(session));
  const bytes = await read('the size of the database', () => readDatabaseSize(session));
  const replication = await read('the standbys', () => readReplication(session));
  const timed = await timeQueries(session, queries, clock);
  notes.push(...timed.flatMap(({ problem }) => problem ?? []));
  return {
    at: clock.date().toISOString(),
    relations: (await read('the tables’ figures', () => readRelationFigures(session, relations))) ?? [],
    database: database === null ? null : { ...database, bytes },
    queries: await read('pg_stat_statements', () => readQueryFigures(session)),
    metrics,
    healthy,
    replicas: replication === null ? null : replication.replicas.length,
    criticalMs: Object.fromEntries(timed.map(({ name, ms }) => [name, ms])),
    standing: (await read('what is known to be at fault', () => readStandingFaults(session)))?.map(standingKey) ?? [],
    notes,
  };
}

/** Names a fault that the catalog knows of, the same in every look. */
export function standingKey({
  relation,
  name,
}: {
  readonly relation: string | null;
  readonly name: string | null;
}): string {
  return `${relation ?? ''} ${name ?? ''}`.trim();
}
