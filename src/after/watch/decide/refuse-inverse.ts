import type { ChangeKind, MigrationClassification } from '../../../model/classification.js';

/** One migration that is to be taken back by itself, with what is known of both ways. */
export interface InverseFacts {
  readonly id: string;
  /** As it was judged before it was applied; null where no record tells. */
  readonly forward: Pick<MigrationClassification, 'assessment'> | null;
  /** The way back, by the schema that the database has now; null where it could not be judged. */
  readonly back: Pick<MigrationClassification, 'assessment' | 'statements'> | null;
  /** A record proves this very way back, on this major. */
  readonly proved: boolean;
}

const harmless: readonly ChangeKind[] = ['additive schema change', 'behavioural schema change'];

/** Why nobody but a person may take a migration back; null when it may be done automatically. Pure. */
export function refuseInverse({ id, forward, back, proved }: InverseFacts): string | null {
  if (forward === null) return `No record tells what ${id} does: its judgement from before is missing.`;
  if (forward.assessment.kind === 'destructive schema change') {
    return `${id} takes something away: after a contract there is no automatic way back.`;
  }
  if (!proved) return `No record proves the way back of ${id}.`;
  if (back === null) return `The way back of ${id} could not be judged.`;
  const { assessment, statements } = back;
  if (!harmless.includes(assessment.kind)) {
    return `The way back of ${id} is no matter of the catalog alone, or loses what was written since: ${assessment.kind}.`;
  }
  if (assessment.reversibility === 'loses data' || assessment.reversibility === 'irreversible') {
    return `The way back of ${id} loses data: ${assessment.reversibilityReason}`;
  }
  const work = statements.flatMap(({ rewrites, scans }) => [...rewrites, ...scans]);
  if (work.length > 0) return `The way back of ${id} reads or writes ${[...new Set(work)].join(', ')} whole.`;
  const hidden = statements.flatMap(({ unanalysed }) => unanalysed);
  return hidden.length > 0 ? `The way back of ${id} does what could not be analysed: ${hidden.join(', ')}.` : null;
}
