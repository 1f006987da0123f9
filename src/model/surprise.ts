/** The runbooks that a production database has to have, as the gate `runbooks-present` names them. */
export const runbookNames = [
  'major upgrade',
  'cutover',
  'emergency rollback',
  'lock storm',
  'validation after a change',
] as const;
export type RunbookName = (typeof runbookNames)[number];

/** One step as it was predicted, rehearsed, and as it was. What nobody knows is null. */
export interface StepComparison {
  readonly stepId: string;
  readonly path: string;
  /** `relation mode` of each strongest lock on what existed before. */
  readonly locks: {
    readonly predicted: readonly string[] | null;
    readonly rehearsed: readonly string[] | null;
    /** Of what commits by itself only those that were caught by looking now and then. */
    readonly actual: readonly string[] | null;
  };
  readonly durationMs: { readonly rehearsed: number | null; readonly actual: number | null };
  readonly walBytes: { readonly rehearsed: number | null; readonly actual: number | null };
  /** The longest that others waited: the synthetic traffic of the rehearsal, the sessions of the target. */
  readonly blockedMs: { readonly rehearsed: number | null; readonly actual: number | null };
  /** How long the step itself stood in lock queues, and how often it was tried. */
  readonly queuedMs: number | null;
  readonly attempts: number | null;
}

/** Something that came otherwise than was known before, for the review. */
export interface Surprise {
  readonly stepId: string;
  readonly path: string;
  readonly about: 'locks' | 'rewrite' | 'duration' | 'wal' | 'blocked' | 'queue' | 'outcome' | 'not rehearsed';
  readonly predicted: string | null;
  readonly rehearsed: string | null;
  readonly actual: string | null;
  /** One sentence with its figures. */
  readonly text: string;
  readonly runbook: RunbookName;
  /** What is to be written into that runbook. */
  readonly update: string;
}
