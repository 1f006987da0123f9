import type { RowCondition } from '../../foundation/integrity/row-conditions.js';
import { called, countedRows, type Said } from './assertion.js';
import type { CountedRows } from './count-condition.js';
import { look, type Looked, type Partly } from './look.js';
import { concerns, type VerifyContext } from './verify-context.js';

interface Wanted {
  readonly assertion: string;
  readonly conditions: readonly RowCondition[];
  readonly read: (context: VerifyContext, condition: RowCondition, partly: Partly) => Promise<CountedRows>;
}

/** Looks at each condition that is about the relations, at either end of it. */
export async function lookAtConditions(
  context: VerifyContext,
  { assertion, conditions, read }: Wanted,
): Promise<readonly Looked<CountedRows>[]> {
  const looked: Looked<CountedRows>[] = [];
  for (const condition of conditions) {
    const { relation, referenced, sources, name } = condition;
    if (!concerns(context, [relation, referenced, ...sources])) continue;
    looked.push(await look(context, { assertion, relation, name }, (partly) => read(context, condition, partly)));
  }
  return looked;
}

export function saidOfOrphans(
  { rows, atMost }: CountedRows,
  looked: Pick<Looked<CountedRows>, 'relation' | 'name'>,
): Said {
  if (rows === 0) return null;
  return {
    weight: 'error',
    message: `${called(looked)}: ${countedRows(rows, atMost)} ${rows === 1 ? 'refers' : 'refer'} to nothing`,
    remedy: 'Bring the missing rows back, or remove what refers to them, before anybody trusts a join over it.',
    rows,
  };
}
