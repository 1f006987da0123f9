import type { JsonValue } from '../../model/json.js';
import type { VerifyFinding } from '../../model/verify-report.js';
import { isDamage, type Looked } from './look.js';
import type { VerifyContext } from './verify-context.js';

/** What is said of one thing; null: it is as it should be. */
export type Said = Pick<VerifyFinding, 'weight' | 'message' | 'remedy' | 'rows'> | null;

/** One thing that has to hold: looking and judging apart, so that what was seen can be judged again. */
export interface Assertion {
  readonly id: string;
  readonly title: string;
  readonly inspect: (context: VerifyContext) => Promise<readonly Looked<JsonValue>[]>;
  readonly judge: (looked: readonly Looked<JsonValue>[]) => readonly VerifyFinding[];
}

interface AssertionWords<Seen extends JsonValue> {
  readonly id: string;
  readonly title: string;
  readonly inspect: (context: VerifyContext) => Promise<readonly Looked<Seen>[]>;
  /** Pure. `name` is the thing as people call it. */
  readonly judge: (seen: Seen, looked: Pick<Looked<Seen>, 'relation' | 'name'>) => Said;
}

/** What could not be looked at is a finding of every assertion; what the server calls damaged is an error. */
export function defineAssertion<Seen extends JsonValue>(words: AssertionWords<Seen>): Assertion {
  const { id, title, inspect, judge } = words;
  return {
    id,
    title,
    inspect,
    judge: (looked) =>
      looked.flatMap((one) => {
        const { relation, name, seen, unseen } = one as Looked<Seen>;
        const about = { assertion: id, relation, name, range: null };
        if (unseen?.isBeyond === true) return [];
        if (unseen !== null) {
          const { reason, remedy } = unseen;
          const weight = isDamage(unseen) ? ('error' as const) : ('unknown' as const);
          return [{ ...about, weight, message: `${called({ relation, name })}: ${reason}`, remedy, rows: null }];
        }
        const said = seen === null ? null : judge(seen, { relation, name });
        return said === null ? [] : [{ ...about, ...said }];
      }),
  };
}

/** `public.orders, orders_user_fk`. */
export function called({ relation, name }: Pick<VerifyFinding, 'relation' | 'name'>): string {
  return [relation, name].filter((part) => part !== null).join(', ') || 'the database';
}

/** `1 row`, `7 rows`, `10000 rows or more`. */
export function countedRows(rows: number, atMost: number): string {
  return `${rows} ${rows === 1 ? 'row' : 'rows'}${rows >= atMost ? ' or more' : ''}`;
}
