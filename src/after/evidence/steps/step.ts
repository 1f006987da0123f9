import type { ChangePhase } from '../../../model/confirmation.js';
import type { StepFinding } from '../../../model/controls.js';
import type { ChangeFacts, Recorded } from '../change-facts.js';
import { endOf, gateOf } from '../change-facts.js';

/** One thing that is done for a change, and how it is seen in the records that it was. */
export interface EvidenceStep {
  /** Kebab-case. */
  readonly id: string;
  readonly title: string;
  readonly phase: ChangePhase;
  /** What to run, or to do. */
  readonly remedy: string;
  readonly judge: (facts: ChangeFacts) => StepFinding;
}

/** Keeps the type of a step's id. */
export function defineStep<Id extends string>(
  step: EvidenceStep & { readonly id: Id },
): EvidenceStep & { readonly id: Id } {
  return step;
}

export const missing: StepFinding = { state: 'missing', by: null, at: null, figures: null, record: null };

export function notApplicable(figures: string): StepFinding {
  return { ...missing, state: 'not applicable', figures };
}

interface Seen {
  readonly holds: boolean;
  readonly figures: string | null;
  readonly by?: string | null;
  /** ISO 8601; the record's own time where it is not given. */
  readonly at?: string;
}

/** What one record says of a step. */
export function seenIn(record: Recorded<unknown>, { holds, figures, by = null, at }: Seen): StepFinding {
  return { state: holds ? 'done' : 'failed', by, at: at ?? record.createdAt, figures, record: record.digest };
}

/** The same for a report that says how long it took: it was done when it ended. */
export function endedIn(
  record: Recorded<{ readonly startedAt: string; readonly durationMs: number }>,
  seen: Omit<Seen, 'at'>,
): StepFinding {
  return seenIn(record, { ...seen, at: endOf(record) });
}

/** What a gate saw. `unknown` is no pass; a waiver names who takes the risk. */
export function byGate(facts: ChangeFacts, id: string): StepFinding {
  const found = gateOf(facts, id);
  if (found === null) return missing;
  const { gate, record } = found;
  const about = { at: record.createdAt, figures: gate.reason, record: record.digest };
  if (gate.waiver !== null) return { ...about, state: 'waived', by: gate.waiver.by };
  if (gate.verdict === 'pass' || gate.verdict === 'warn') return { ...about, state: 'done', by: null };
  return { ...about, state: gate.verdict === 'block' ? 'failed' : 'missing', by: null };
}

/** A step that is one gate. */
export function gateStep<Id extends string>(
  id: Id,
  words: { readonly gate: string; readonly title: string; readonly remedy?: string },
): EvidenceStep & { readonly id: Id } {
  return {
    id,
    title: words.title,
    phase: 'before',
    remedy: words.remedy ?? '`lockkeeper preflight`, and do what the gate asks for.',
    judge: (facts) => byGate(facts, words.gate),
  };
}
