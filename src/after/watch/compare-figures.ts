import type { FigureComparison, QueryFigures, RelationFigures, TargetFigures } from '../../model/target-figures.js';

type Line = Omit<FigureComparison, 'difference' | 'notable'>;

function line(parts: Line, isNotable: (before: number, after: number) => boolean): FigureComparison {
  const { before, after } = parts;
  if (before === null || after === null) return { ...parts, difference: null, notable: false };
  return { ...parts, difference: after - before, notable: isNotable(before, after) };
}

const never = (): boolean => false;
const megabyte = 1024 ** 2;

/** Two moments of a target beside each other. What one of them does not know has no difference. Pure. */
export function compareFigures(before: TargetFigures, after: TargetFigures): readonly FigureComparison[] {
  return [
    ...compareDatabases(before, after),
    ...compareRelations(before.relations, after.relations),
    ...compareMetrics(before, after),
    ...compareCritical(before, after),
    ...compareQueries(before.queries ?? [], after.queries ?? []),
  ];
}

/** Its name, its unit, and how many more are notable. */
type Counted = readonly [figure: string, unit: Line['unit'], notable: number];

/** Counters only grow; one that is smaller was reset by a crash, and tells nothing. */
function compareDatabases(
  { database: old }: TargetFigures,
  { database: now }: TargetFigures,
): readonly FigureComparison[] {
  if (old === null || now === null) return [];
  const counted = (of: 'deadlocks' | 'tempFiles' | 'tempBytes', [figure, unit, notable]: Counted) =>
    line(
      { subject: 'database', figure, unit, before: now[of] < old[of] ? null : old[of], after: now[of] },
      (from, to) => to - from >= notable,
    );
  return [
    line({ subject: 'database', figure: 'size', unit: 'bytes', before: old.bytes, after: now.bytes }, (from, to) => {
      return to - from > Math.max(100 * megabyte, from / 10);
    }),
    counted('deadlocks', ['deadlocks', 'count', 1]),
    counted('tempFiles', ['temporary files', 'count', 100]),
    counted('tempBytes', ['temporary bytes', 'bytes', 100 * megabyte]),
  ];
}

function compareRelations(
  old: readonly RelationFigures[],
  now: readonly RelationFigures[],
): readonly FigureComparison[] {
  return now.flatMap((after) => {
    const before = old.find(({ relation }) => relation === after.relation);
    if (before === undefined) return [];
    const { relation: subject } = after;
    return [
      line({ subject, figure: 'size', unit: 'bytes', before: before.bytes, after: after.bytes }, (from, to) => {
        return to - from > Math.max(10 * megabyte, from / 2);
      }),
      line(
        { subject, figure: 'dead rows', unit: 'rows', before: before.deadRows, after: after.deadRows },
        (from, to) => to > 10_000 && to > 2 * from && to > (after.liveRows ?? 0) / 5,
      ),
      line(
        {
          subject,
          figure: 'sequential scans',
          unit: 'count',
          before: before.sequentialScans,
          after: after.sequentialScans,
        },
        never,
      ),
    ];
  });
}

function compareMetrics(before: TargetFigures, after: TargetFigures): readonly FigureComparison[] {
  return Object.entries(after.metrics).map(([subject, now]) => {
    const unit = subject.endsWith('Ms') ? 'ms' : '';
    const old = before.metrics[subject] ?? null;
    const parts = { subject, figure: 'metric', unit, before: old?.median ?? null, after: now?.median ?? null } as const;
    return line(parts, (from, to) => to > 1.5 * from && to - from > 4 * (old?.spread ?? 0));
  });
}

function compareCritical(before: TargetFigures, after: TargetFigures): readonly FigureComparison[] {
  return Object.entries(after.criticalMs).map(([subject, now]) =>
    line(
      { subject, figure: 'critical query', unit: 'ms', before: before.criticalMs[subject] ?? null, after: now },
      isMuchSlower,
    ),
  );
}

/** Half as slow again, and by more than a jitter. */
export function isMuchSlower(beforeMs: number, afterMs: number): boolean {
  return afterMs > 1.5 * beforeMs && afterMs - beforeMs > 5;
}

const mostQueries = 10;

/** The mean of a statement's calls before, beside that of its calls since: its counters go on counting. */
function compareQueries(old: readonly QueryFigures[], now: readonly QueryFigures[]): readonly FigureComparison[] {
  const known = new Map(old.map((query) => [query.queryId, query]));
  const lines = now.flatMap((query) => {
    const before = known.get(query.queryId) ?? { calls: 0, totalMs: 0 };
    const calls = query.calls - before.calls;
    if (calls <= 0) return [];
    const parts = {
      subject: query.query,
      figure: 'mean time',
      unit: 'ms',
      before: before.calls === 0 ? null : before.totalMs / before.calls,
      after: (query.totalMs - before.totalMs) / calls,
    } as const;
    return [{ weight: query.totalMs - before.totalMs, compared: line(parts, isMuchSlower) }];
  });
  return lines
    .toSorted(
      (left, right) => Number(right.compared.notable) - Number(left.compared.notable) || right.weight - left.weight,
    )
    .slice(0, mostQueries)
    .map(({ compared }) => compared);
}
