import type { CommandProgress, ProgressEstimate } from '../../model/activity.js';
import type { Row, Session } from '../postgres/session.js';
import { numberOrNull, textOrNull } from './row-values.js';

type Unit = NonNullable<CommandProgress['unit']>;

/** Columns that count a phase: what is done, of how much. */
interface Counter {
  readonly unit: Unit;
  readonly done: string;
  readonly total: string;
  /** The phases that it counts. Without it: all of them. */
  readonly phases?: RegExp;
}

interface ProgressView {
  readonly view: string;
  /** What is shown when the view names no command. */
  readonly command: string;
  /** The first that fits the phase and has a total counts. */
  readonly counters: readonly Counter[];
}

const views: readonly ProgressView[] = [
  {
    view: 'pg_stat_progress_create_index',
    command: 'CREATE INDEX',
    counters: [
      { unit: 'sessions', done: 'lockers_done', total: 'lockers_total', phases: /^waiting/ },
      { unit: 'tuples', done: 'tuples_done', total: 'tuples_total', phases: /loading tuples/ },
      { unit: 'blocks', done: 'blocks_done', total: 'blocks_total', phases: /scanning|^building index$/ },
      { unit: 'partitions', done: 'partitions_done', total: 'partitions_total', phases: /^initializing/ },
    ],
  },
  {
    view: 'pg_stat_progress_vacuum',
    command: 'VACUUM',
    counters: [
      { unit: 'blocks', done: 'heap_blks_scanned', total: 'heap_blks_total', phases: /^scanning heap/ },
      { unit: 'blocks', done: 'heap_blks_vacuumed', total: 'heap_blks_total', phases: /^vacuuming heap/ },
      { unit: 'indexes', done: 'indexes_processed', total: 'indexes_total', phases: /indexes/ },
    ],
  },
  {
    view: 'pg_stat_progress_analyze',
    command: 'ANALYZE',
    counters: [
      { unit: 'blocks', done: 'sample_blks_scanned', total: 'sample_blks_total', phases: /^acquiring sample rows/ },
      { unit: 'tables', done: 'child_tables_done', total: 'child_tables_total', phases: /inherited/ },
    ],
  },
  {
    view: 'pg_stat_progress_cluster',
    command: 'CLUSTER',
    counters: [{ unit: 'blocks', done: 'heap_blks_scanned', total: 'heap_blks_total', phases: /^seq scanning heap/ }],
  },
  {
    view: 'pg_stat_progress_copy',
    command: 'COPY',
    counters: [{ unit: 'bytes', done: 'bytes_processed', total: 'bytes_total' }],
  },
  {
    view: 'pg_stat_progress_basebackup',
    command: 'BASE_BACKUP',
    counters: [{ unit: 'bytes', done: 'backup_streamed', total: 'backup_total', phases: /^streaming/ }],
  },
];

/** One round trip for all of them, whatever columns each major has. */
const progressSql = views
  .map(({ view }) => `SELECT '${view}' AS view, pg_catalog.to_jsonb(p) AS row FROM pg_catalog.${view} p`)
  .join('\nUNION ALL ');

/**
 * Commands of all databases that tell how far they are. It reads views: a session that never did so may wait for them when
 * system catalogs are locked.
 */
export async function readProgress(session: Session): Promise<readonly CommandProgress[]> {
  const { rows } = await session.query(progressSql);
  return rows.flatMap((row) => {
    const view = views.find((one) => one.view === row['view']);
    return view === undefined ? [] : [toProgress(view, row['row'] as Row)];
  });
}

function toProgress(view: ProgressView, row: Row): CommandProgress {
  const phase = textOrNull(row, 'phase') ?? 'running';
  const counter = view.counters.find(
    ({ phases, total }) => (phases?.test(phase) ?? true) && (numberOrNull(row, total) ?? 0) > 0,
  );
  return {
    pid: Number(row['pid']),
    databaseOid: numberOrNull(row, 'datid') || null,
    database: textOrNull(row, 'datname'),
    relationOid: numberOrNull(row, 'relid') || null,
    command: textOrNull(row, 'command') ?? view.command,
    phase,
    done: counter === undefined ? null : numberOrNull(row, counter.done),
    total: counter === undefined ? null : numberOrNull(row, counter.total),
    unit: counter?.unit ?? null,
    waitsForPid: numberOrNull(row, 'current_locker_pid') || null,
  };
}

/** Speed and remaining time of a phase from two looks at one command, `betweenMs` milliseconds apart. Pure. */
export function estimateProgress(
  earlier: CommandProgress | null,
  later: CommandProgress,
  betweenMs: number,
): ProgressEstimate {
  const { done, total } = later;
  if (done === null || total === null) return { fraction: null, perSecond: null, remainingMs: null };
  const fraction = Math.min(1, done / total);
  const isSamePhase = earlier !== null && earlier.pid === later.pid && earlier.phase === later.phase;
  const gained = isSamePhase && earlier.done !== null && earlier.unit === later.unit ? done - earlier.done : 0;
  if (gained <= 0 || betweenMs <= 0) return { fraction, perSecond: null, remainingMs: null };
  const perMs = gained / betweenMs;
  return { fraction, perSecond: perMs * 1000, remainingMs: Math.max(0, total - done) / perMs };
}
