import type { ChangePhase } from './confirmation.js';
import type { Complexity } from './migration.js';

/**
 * How one required step of a change stands.
 * - `failed`: it was done, and it did not hold;
 * - `missing`: nothing on record says that it was done;
 * - `ask`: no record of a machine can say it, and the person who can has not;
 * - `waived`: somebody took the risk of going without, by name;
 * - `not applicable`: the change does not ask for it, or a person said that it does not concern it.
 */
export const controlStates = ['done', 'failed', 'missing', 'ask', 'waived', 'not applicable'] as const;
export type ControlState = (typeof controlStates)[number];

/** What is on record about one step of a change: of a control, or of a line in a checklist. */
export interface StepFinding {
  readonly state: ControlState;
  /** Who did it, or is asked for it (a role); null where that is the tool alone. */
  readonly by: string | null;
  /** When; ISO 8601, null where nothing was done. */
  readonly at: string | null;
  /** What was found, with its figures; null where there is nothing to say. */
  readonly figures: string | null;
  /** Digest of the record that says so. */
  readonly record: string | null;
}

export interface JudgedControl extends StepFinding {
  readonly id: string;
  readonly title: string;
  readonly phase: ChangePhase;
  /** What asks for it: `risk HIGH`, `tier 0`, `every change`. */
  readonly demandedBy: readonly string[];
  /** What to do or to run; null where nothing is to be done. */
  readonly remedy: string | null;
}

/** All required steps of one change, and how they stand. */
export interface ControlReport {
  readonly changeDigest: string;
  readonly target: string | null;
  readonly tier: number | null;
  /** The heaviest of its migrations; null where it was never classified. */
  readonly risk: Complexity | null;
  readonly migrations: readonly string[];
  /** What became of it on the target. */
  readonly applied: 'no' | 'applied' | 'failed' | 'rolled back';
  readonly appliedAt: string | null;
  readonly controls: readonly JudgedControl[];
  /** Whether anything required is missing, failed, or waits for a person. */
  readonly complete: boolean;
}

/** What `lockkeeper status --controls` reports. */
export interface ControlsReport {
  readonly kind: 'controls';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  /** What people call the database; null where no target was named and only the records were read. */
  readonly database: string | null;
  /** The newest first. */
  readonly changes: readonly ControlReport[];
  readonly notes: readonly string[];
}

/** One line of a checklist, filled in as far as the records go. */
export interface ChecklistLine extends StepFinding {
  /** With its figures in place of the template's gaps. */
  readonly text: string;
  /** Who has to tick it; null where the records do. */
  readonly askRole: string | null;
  /** What they run to tick it. */
  readonly confirm: string | null;
}

export interface ChecklistSection {
  readonly title: string;
  readonly lines: readonly ChecklistLine[];
}

/** A team's checklist, filled from the records of one change. */
export interface FilledChecklist {
  readonly id: string;
  readonly title: string;
  /** Lines above the sections: `Ticket`, `Date`, `Engineer`. */
  readonly head: readonly { readonly name: string; readonly value: string | null }[];
  readonly sections: readonly ChecklistSection[];
}
