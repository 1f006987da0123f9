/** Statements that belong together: in one transaction, or each by itself where PostgreSQL refuses a block. */
export interface RollbackPart {
  readonly transactional: boolean;
  /** Without their final semicolon. */
  readonly statements: readonly string[];
}

/** What a rollback file says, before it is written as its tool wants it. */
export interface RollbackText {
  /** Lines of the comment at its head, without the dashes. */
  readonly header: readonly string[];
  readonly parts: readonly RollbackPart[];
  /** Queries that show whether all is back; without their final semicolon. */
  readonly verification: readonly string[];
  /** Lines of the comment at its end. */
  readonly footer: readonly string[];
}

/** Whether a part of it has to be sent outside a transaction block. */
export function refusesTransaction({ parts }: RollbackText): boolean {
  return parts.some(({ transactional }) => !transactional);
}

export function countStatements({ parts }: RollbackText): number {
  return parts.reduce((sum, { statements }) => sum + statements.length, 0);
}
