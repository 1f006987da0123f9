import type { DecisionNode, DecisionOutcome } from '../../../model/rollback-story.js';
import type { AnsweredQuestion } from '../../../model/watch-report.js';

/** The tree as the way back has it, and where it is entered. */
export interface DecisionTree {
  readonly root: string;
  readonly nodes: readonly DecisionNode[];
}

/** The questions that a watch answers, each with the answer that is no trouble. */
export const watchedQuestions = {
  'migration-errors': 'no',
  'application-starts': 'yes',
  'health-checks': 'yes',
  'data-intact': 'yes',
  'error-rate': 'yes',
  latency: 'yes',
  watch: 'no',
} as const satisfies Readonly<Record<string, 'yes' | 'no'>>;
export type WatchedQuestion = keyof typeof watchedQuestions;

/** `trouble`: the bad answer, for certain. What is not known, or not asked, is no trouble by itself. */
export interface Finding {
  readonly kind: 'well' | 'trouble' | 'unknown' | 'not asked';
  readonly because: string;
}

export type Findings = Readonly<Record<WatchedQuestion, Finding>>;

export interface TreeWalk {
  readonly path: readonly AnsweredQuestion[];
  readonly outcome: DecisionOutcome;
  /** The question that led there. */
  readonly last: string;
}

/** Follows the answers to the first end of the tree. @throws Error for a question that no watch can answer. */
export function walkTree({ root, nodes }: DecisionTree, findings: Findings): TreeWalk {
  const path: AnsweredQuestion[] = [];
  let node = find(nodes, root);
  while ('question' in node) {
    const { id, question } = node;
    if (!isWatched(id)) throw new Error(`the decision tree asks ${id}, which no watch answers`);
    const { kind, because } = findings[id];
    const good = watchedQuestions[id];
    const bad = good === 'yes' ? 'no' : 'yes';
    const answer = kind === 'well' ? good : kind === 'trouble' ? bad : kind;
    path.push({ id, question, answer, because });
    node = find(nodes, node[kind === 'trouble' ? bad : good]);
  }
  return { path, outcome: node.outcome, last: path.at(-1)?.id ?? root };
}

function isWatched(id: string): id is WatchedQuestion {
  return id in watchedQuestions;
}

function find(nodes: readonly DecisionNode[], id: string): DecisionNode {
  const node = nodes.find((one) => one.id === id);
  if (node === undefined) throw new Error(`the decision tree has no node ${id}`);
  return node;
}
