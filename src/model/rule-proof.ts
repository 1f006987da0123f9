/** What one form of a rule's example showed; null: it was not asked. */
export interface FormProof {
  readonly form: 'unsafe' | 'safe';
  /** Predicted with the schema before each statement. */
  readonly bySchema: boolean;
  /** Predicted by the text alone; null for rules that need a schema. */
  readonly byText: boolean | null;
  /** Seen on the server; null for rules that no server can show. */
  readonly observed: boolean | null;
  /** The server's first error while the change ran; an unsafe form may fail, that can be its point. */
  readonly error: string | null;
}

/** A rule's example, run on one major. */
export interface RuleProof {
  readonly rule: string;
  readonly major: number;
  readonly forms: readonly FormProof[];
  /** Predicted and observed in the unsafe form, neither in the safe one. */
  readonly holds: boolean;
}
