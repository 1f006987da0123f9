/** The ways back from a change: each says what is turned round. */
export const rollbackStories = ['traffic', 'inverse', 'cluster', 'point-in-time', 'none'] as const;
export type RollbackStoryKind = (typeof rollbackStories)[number];

/** What makes a change bearable that has no way back. */
export const mitigations = ['restore point', 'blue/green', 'window'] as const;
export type Mitigation = (typeof mitigations)[number];

/** A team's own word that a change has no way back; it is what gets approved then. */
export interface DeclaredNoRollback {
  /** 1-based line of the migration's file. */
  readonly line: number;
  readonly because: string;
  readonly mitigation: Mitigation;
}

/** How one change is taken back, and why so. */
export interface RollbackStory {
  readonly kind: RollbackStoryKind;
  /** First what decided, then what speaks beside it. */
  readonly why: readonly string[];
  /** What is to be done, in order. */
  readonly steps: readonly string[];
  /** What is gone after that; empty when nothing is. */
  readonly loses: readonly string[];
  /** What to turn to when this fails in its turn; null where nothing is left. */
  readonly otherwise: RollbackStoryKind | null;
  readonly declared: DeclaredNoRollback | null;
}

/** What one reaches at the end of the tree. */
export type DecisionOutcome = 'success' | 'roll back' | 'rolled back' | 'restore' | 'repair by hand';

/** A question of the tree with its two answers, or an end. */
export type DecisionNode =
  | {
      readonly id: string;
      readonly question: string;
      readonly yes: string;
      readonly no: string;
      /** What cannot be known counts as this answer. */
      readonly unknown: 'yes' | 'no';
    }
  | {
      readonly id: string;
      readonly outcome: DecisionOutcome;
      readonly text: string;
      /** The question that comes up once this was tried; null where nothing follows. */
      readonly next: string | null;
    };
