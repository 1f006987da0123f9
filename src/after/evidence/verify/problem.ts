import type { EvidenceProblem } from '../../../model/evidence-bundle.js';

/** What several checks found; each adds to both lists. */
export interface Findings {
  readonly problems: readonly EvidenceProblem[];
  /** What could not be checked with what was given. */
  readonly notes: readonly string[];
}

export const nothingFound: Findings = { problems: [], notes: [] };

export function joinFindings(all: readonly Findings[]): Findings {
  return { problems: all.flatMap(({ problems }) => problems), notes: [...new Set(all.flatMap(({ notes }) => notes))] };
}

/** A problem with its place. */
export function problem(
  about: EvidenceProblem['about'],
  [place, field]: readonly [place: string, field: string | null],
  message: string,
): EvidenceProblem {
  return { about, place, field, message };
}
