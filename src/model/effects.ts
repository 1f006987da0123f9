import type { LockMode, RelationKind } from './locks.js';

/** `possible`: it depends on what is not known here (the catalog, the data, a path through code). */
export type Certainty = 'certain' | 'possible';

/** A lock that a statement will ask for, by its text and, where it is known, the schema. */
export interface LockRequest {
  /** `schema.name`, each part as quote_ident writes it; without a schema the first of the search path is assumed. */
  readonly relation: string;
  readonly kind: RelationKind;
  readonly mode: LockMode;
  /** Made by this statement, so nobody else can wait for it. */
  readonly created?: true;
  readonly certainty: Certainty;
}

export interface PredictedRelation {
  readonly relation: string;
  readonly certainty: Certainty;
}

/** What a statement will do to a server, before it runs. */
export interface StatementEffects {
  /** One entry for each relation and mode. */
  readonly locks: readonly LockRequest[];
  /** Tables and materialised views that get a new file. */
  readonly rewrites: readonly PredictedRelation[];
  /** Tables that the statement reads whole because of what it is. */
  readonly scans: readonly PredictedRelation[];
  readonly transactionBlock: 'allowed' | 'refused';
  /** What inside the statement could not be analysed, in words: dynamic SQL, a body in another language. */
  readonly unanalysed: readonly string[];
}
