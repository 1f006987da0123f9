import type { JudgedStatement } from './judged-statement.js';
import type { RuleContext } from './rule-context.js';

export interface EarlierStatement {
  readonly statement: JudgedStatement;
  readonly context: RuleContext;
}

/** The nearest statement before this one, in the same migration, for which something holds; null when there is none. */
export function findEarlier(
  context: RuleContext,
  holds: (earlier: EarlierStatement) => boolean,
): EarlierStatement | null {
  let { previous } = context;
  while (previous !== null && !holds(previous)) ({ previous } = previous.context);
  return previous;
}

/** The statement that locked, a commit, and the one that should not stand behind it. */
export function inTwoTransactions(first: EarlierStatement | null, second: JudgedStatement): string {
  const shown = first?.statement.inside === null ? [`${first.statement.statement.sql};`] : [];
  return [
    ...shown,
    '-- commit here: what follows belongs into a transaction, and a migration, of its own',
    `${second.statement.sql};`,
  ].join('\n');
}
