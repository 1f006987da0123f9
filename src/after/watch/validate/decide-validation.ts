import type { ValidationCheck, ValidationCheckKind, ValidationReport } from '../../../model/validation-report.js';
import { type DecisionTree, type Finding, type Findings, type WatchedQuestion, walkTree } from '../decide/walk-tree.js';

/** Which question of the tree a check answers. */
const questions: Readonly<Record<ValidationCheckKind, WatchedQuestion>> = {
  integrity: 'data-intact',
  smoke: 'application-starts',
  tests: 'application-starts',
  queries: 'latency',
  replication: 'watch',
  health: 'health-checks',
};

type Verdict = Pick<ValidationReport, 'verdict' | 'decision'>;

/** What checks say together, and what the decision tree makes of it. Pure. */
export function decideValidation(checks: readonly ValidationCheck[], tree: DecisionTree): Verdict {
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  const unknown = checks.filter(({ outcome }) => outcome === 'unknown');
  if (failed.length > 0) return { verdict: 'failed', decision: decisionOf(failed, tree) };
  if (unknown.length > 0) {
    const names = unknown.map(({ name }) => name).join(', ');
    return { verdict: 'unknown', decision: `Assess: nobody knows of ${names}. Look at it, and validate again.` };
  }
  return { verdict: 'passed', decision: 'Watch it: `lockkeeper watch` looks for an hour.' };
}

function decisionOf(failed: readonly ValidationCheck[], tree: DecisionTree): string {
  const { path, outcome, last } = walkTree(tree, findingsOf(failed));
  const because = path.at(-1)?.because ?? '';
  if (outcome !== 'roll back') return `Assess: ${because}`;
  if (last === 'watch') return `Assess: ${because} Decide within half an hour whether it is taken back.`;
  return `Roll back now: ${because} Traffic first, then \`lockkeeper rollback run\`.`;
}

function findingsOf(failed: readonly ValidationCheck[]): Findings {
  const of = (question: WatchedQuestion): Finding => {
    const check = failed.find(({ kind }) => questions[kind] === question);
    if (check === undefined) return { kind: 'well', because: 'Nothing failed.' };
    return { kind: 'trouble', because: `${check.name}: ${check.detail}` };
  };
  return {
    'migration-errors': of('migration-errors'),
    'application-starts': of('application-starts'),
    'health-checks': of('health-checks'),
    'data-intact': of('data-intact'),
    'error-rate': of('error-rate'),
    latency: of('latency'),
    watch: of('watch'),
  };
}
