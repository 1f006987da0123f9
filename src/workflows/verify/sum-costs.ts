import type { ReadingFigures } from '../../model/verify-report.js';

/** What several readers cost together. */
export function sumCosts(costs: readonly ReadingFigures[]): ReadingFigures {
  const sum = (of: (cost: ReadingFigures) => number) => costs.reduce((total, cost) => total + of(cost), 0);
  const longest = (of: (cost: ReadingFigures) => number) => Math.max(0, ...costs.map(of));
  return {
    transactions: sum(({ transactions }) => transactions),
    statements: sum(({ statements }) => statements),
    longestTransactionMs: longest(({ longestTransactionMs }) => longestTransactionMs),
    longestStatementMs: longest(({ longestStatementMs }) => longestStatementMs),
    pausedMs: sum(({ pausedMs }) => pausedMs),
    heldBackMs: sum(({ heldBackMs }) => heldBackMs),
    retries: sum(({ retries }) => retries),
  };
}
