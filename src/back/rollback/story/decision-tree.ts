import type { DecisionNode } from '../../../model/rollback-story.js';

/** Where the tree is entered, once a migration was applied. */
export const decisionRoot = 'migration-errors';

/**
 * What to ask after a change, in this order, and where the answers lead. What is not known counts as the bad answer but
 * for the last question. The end of a branch is not the end of the story: a rollback can fail too.
 */
export const decisionTree: readonly DecisionNode[] = [
  {
    id: 'migration-errors',
    question: 'Did the migration report errors?',
    yes: 'roll-back',
    no: 'application-starts',
    unknown: 'yes',
  },
  {
    id: 'application-starts',
    question: 'Does the application start?',
    yes: 'health-checks',
    no: 'roll-back',
    unknown: 'no',
  },
  { id: 'health-checks', question: 'Do its health checks pass?', yes: 'data-intact', no: 'roll-back', unknown: 'no' },
  {
    id: 'data-intact',
    question: 'Do the integrity checks find all data as it has to be?',
    yes: 'error-rate',
    no: 'roll-back',
    unknown: 'no',
  },
  {
    id: 'error-rate',
    question: 'Is the error rate of the first ten minutes below 5 %?',
    yes: 'latency',
    no: 'roll-back',
    unknown: 'no',
  },
  {
    id: 'latency',
    question: 'Is it at most half as slow again as before?',
    yes: 'watch',
    no: 'roll-back',
    unknown: 'no',
  },
  { id: 'watch', question: 'Did an issue come up within the hour?', yes: 'roll-back', no: 'success', unknown: 'no' },
  { id: 'success', outcome: 'success', text: 'All clear.', next: null },
  {
    id: 'roll-back',
    outcome: 'roll back',
    text: 'Take the change back: traffic first, then the proved rollback.',
    next: 'rollback-ran',
  },
  {
    id: 'rollback-ran',
    question: 'Did the rollback run to its end?',
    yes: 'rollback-restored',
    no: 'rollback-failed',
    unknown: 'no',
  },
  {
    id: 'rollback-restored',
    question: 'Are schema and rows as before, and is the application healthy?',
    yes: 'rolled-back',
    no: 'rollback-failed',
    unknown: 'no',
  },
  { id: 'rolled-back', outcome: 'rolled back', text: 'The change is taken back.', next: null },
  {
    id: 'rollback-failed',
    question: 'The rollback failed: is there a restore point whose loss a person accepts?',
    yes: 'restore',
    no: 'repair',
    unknown: 'no',
  },
  {
    id: 'restore',
    outcome: 'restore',
    text: 'Restore to the point before the change; every write since is lost.',
    next: null,
  },
  {
    id: 'repair',
    outcome: 'repair by hand',
    text: 'Keep the application down, generate a rollback of what is really there, and let a person run it.',
    next: null,
  },
];

export type DecisionAnswer = 'yes' | 'no' | 'unknown';

/** The node that an answer leads to; null at an end after which nothing comes. @throws Error for an id that is none. */
export function nextDecision(id: string, answer: DecisionAnswer): DecisionNode | null {
  const node = findDecision(id);
  if ('outcome' in node) return node.next === null ? null : findDecision(node.next);
  return findDecision(node[answer === 'unknown' ? node.unknown : answer]);
}

export function findDecision(id: string): DecisionNode {
  const node = decisionTree.find((one) => one.id === id);
  if (node === undefined) throw new Error(`the decision tree has no node ${id}`);
  return node;
}
