import type { RangeVar } from '@pgsql/types';
import type { EffectContext, RelationHandle } from '../../foundation/effects/effect-context.js';
import type { LockRequest } from '../../model/effects.js';
import type { Migration } from '../../model/migration.js';
import type { JudgedStatement } from './judged-statement.js';
import type { Policy } from './policy.js';

export interface RelationSize {
  readonly rows: number | null;
  readonly bytes: number;
}

/** What is known when a statement is judged. */
export interface RuleContext extends EffectContext {
  readonly migration: Migration;
  readonly policy: Policy;
  /** The relation behind a name, as it is before this statement; null when a schema is known and lacks it. */
  relation(relation: RangeVar): RelationHandle | null;
  /** Whether a relation (by its report name) was there before the migration. By the text alone: not made by it. */
  existing(relation: string): boolean;
  /** Size on the target; null when no target is known or the table is not there. */
  size(relation: string): RelationSize | null;
  /** The statement before this one in its migration, with what was known then; null at the first. */
  readonly previous: { readonly statement: JudgedStatement; readonly context: RuleContext } | null;
  /** Locks that earlier statements of the same transaction hold on relations that existed before. */
  readonly held: readonly LockRequest[];
  /** Labels of enum values that earlier statements of the same transaction added. */
  readonly addedEnumValues: ReadonlySet<string>;
  /** A timeout that the script set and not a runner, in milliseconds; 0 is none; null when it set none. */
  timeoutMs(setting: 'lock_timeout' | 'statement_timeout' | 'idle_in_transaction_session_timeout'): number | null;
}
