import type { ReadingCost } from '../../foundation/integrity/gentle-reader.js';
import type { ReadingFigures } from '../../model/verify-report.js';

/** What several readers cost together. */
export function sumCosts(costs: readonly ReadingCost[]): ReadingFigures {
  const sum = (of: (cost: ReadingCost) => number) => costs.reduce((total, cost) => total + of(cost), 0);
  const longest = (of: (cost: ReadingCost) => number) => Math.max(0, ...costs.map(of));
  return {
    transactions: sum(({ transactions }) => transactions),
    statements: sum(({ statements }) => statements),
    longestTransactionMs: longest(({ longestTransactionMs }) => longestTransactionMs),
    longestStatementMs: longest(({ longestStatementMs }) => longestStatementMs),
    pausedMs: sum(({ pausedMs }) => pausedMs),
    retries: sum(({ retries }) => retries),
  };
}
