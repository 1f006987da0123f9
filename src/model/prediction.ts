import type { LockRequest } from './effects.js';

/** One point in which a server did something else than was predicted. */
export interface PredictionDifference {
  readonly about: 'lock' | 'rewrite' | 'transaction block';
  /** Null for the transaction block. */
  readonly relation: string | null;
  readonly predicted: string;
  readonly observed: string;
}

/** What was predicted of a statement before it ran, and where the server did otherwise. */
export interface StatementPrediction {
  /** `text`: the schema was not known, so much is only possible. */
  readonly from: 'schema' | 'text';
  readonly locks: readonly LockRequest[];
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
  readonly differences: readonly PredictionDifference[];
}
