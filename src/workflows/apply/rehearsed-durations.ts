import type { ApplyPlan } from '../../model/apply-plan.js';
import type { Rehearsal } from '../../model/rehearsal.js';

/** What each step's statements took in a rehearsal, together, in milliseconds. A step that it lacks is missing. */
export function rehearsedDurations({ steps }: ApplyPlan, rehearsal: Rehearsal | null): ReadonlyMap<string, number> {
  const places = new Map(
    (rehearsal?.migrations ?? []).flatMap(({ statements }) =>
      statements.map(({ path, line, durationMs }) => [`${path}:${line}`, durationMs] as const),
    ),
  );
  const durations = steps.map(({ id, statements }) => {
    const known = statements.map(({ span }) => places.get(`${span.path}:${span.line}`) ?? null);
    return [
      id,
      known.some((one) => one === null) ? null : known.reduce<number>((sum, one) => sum + (one ?? 0), 0),
    ] as const;
  });
  return new Map(durations.flatMap(([id, ms]) => (ms === null ? [] : [[id, ms] as const])));
}
