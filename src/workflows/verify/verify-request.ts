import type { Clock } from '../clock.js';
import type { DatabaseChoice } from '../named-database.js';
import type { ConfiguredRequest } from '../project-request.js';
import type { OnProgress } from '../progress.js';

/** What to do: ask whether all holds, write down what the data is, or compare it. */
export type VerifyAction =
  | { readonly kind: 'assert' }
  /** To a file that is made, or replaced. */
  | { readonly kind: 'snapshot'; readonly path: string }
  /** Each a snapshot's file, a configured target, or a connection string; right null: the database that is chosen. */
  | { readonly kind: 'compare'; readonly left: string; readonly right: string | null };

export interface VerifyRequest extends ConfiguredRequest {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly database: DatabaseChoice;
  readonly action: VerifyAction;
  /** Only these, `schema.name` as SQL has it; with both lists empty, everything. */
  readonly tables: readonly string[];
  readonly schemas: readonly string[];
  /** Ids of assertions; null: all. */
  readonly only: readonly string[] | null;
  readonly skip: readonly string[];
  /** Nobody writes now, so everything is compared exactly. */
  readonly fenced: boolean;
  /** Read on the first of the target's replicas. */
  readonly onReplica: boolean;
  /** Share of the time spent with reading; null: as configured. */
  readonly throttle: number | null;
  /** Null: as configured. */
  readonly maxTransactionSeconds: number | null;
  /** Go on where a reading was broken off. */
  readonly resume: boolean;
  /** Of the change after which this is asked; null: none. */
  readonly changeDigest: string | null;
}
