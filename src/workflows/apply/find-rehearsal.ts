import { intactOf, readRecords } from '../../foundation/records/read-records.js';
import type { ApplyPlan } from '../../model/apply-plan.js';
import type { Rehearsal } from '../../model/rehearsal.js';

/** The newest rehearsal of the very same change that the evidence folder has; null when there is none. */
export async function findRehearsal(evidenceDir: string, changeDigest: string): Promise<Rehearsal | null> {
  const rehearsals = intactOf<Rehearsal>(await readRecords(evidenceDir), 'rehearsal');
  return rehearsals.findLast(({ body }) => body.changeDigest === changeDigest)?.body ?? null;
}

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
