import type { Assessment, MigrationClassification } from '../../../model/classification.js';
import type { DeclaredChange } from '../../../model/declared-change.js';
import type { Complexity } from '../../../model/migration.js';
import type { Policy } from '../policy.js';
import { understatedClaim } from './claim-findings.js';
import { demands } from './required-controls.js';

interface Weight {
  readonly level: Complexity;
  readonly reason: string;
}

/** The judgement on a change without SQL, by what its file says. */
export function classifyDeclared(change: DeclaredChange, policy: Policy): MigrationClassification {
  const { level, reason } = weigh(change, policy);
  const { rollback, path, id, complexity } = change;
  const claim =
    complexity === null ? [] : understatedClaim({ level: complexity, text: complexity, line: 1 }, level, path);
  return {
    id,
    path,
    risk: level,
    assessment: {
      kind: change.component === 'postgres' ? 'postgres upgrade' : 'dependency change',
      complexity: level,
      reasons: [reason],
      ...demands[level],
      expectedDowntime: change.restart ? 'a restart' : demands[level].expectedDowntime,
      reversibility: rollback === null ? 'reversible with effort' : 'reversible',
      reversibilityReason: rollback ?? 'the file names no way back',
      blastRadius: { relations: [], totalBytes: null },
      tier: policy.tier,
      controls: policy.tier === null ? [] : (policy.controls[policy.tier] ?? []),
      approvals: policy.approvals[level],
      deployment: deploymentOf(change),
    },
    statements: [],
    findings: claim,
    suppressed: [],
  };
}

function weigh(change: DeclaredChange, policy: Policy): Weight {
  const { component, name, from, to } = change;
  const jumps = majorOf(from) !== majorOf(to) || from === null || to === null;
  if (component === 'postgres') {
    if (!jumps) return { level: 'LOW', reason: 'a minor version of PostgreSQL: fixes, and a restart' };
    return {
      level: policy.tier === 0 ? 'CRITICAL' : 'HIGH',
      reason: 'a major version of PostgreSQL changes behaviour',
    };
  }
  if (component === 'setting' || component === 'pool')
    return { level: 'MEDIUM', reason: `${name} changes for every session` };
  if (jumps) return { level: 'MEDIUM', reason: `${name} changes by more than a fix` };
  return { level: 'LOW', reason: `${name} changes by a fix` };
}

function majorOf(version: string | null): string | null {
  return /\d+/.exec(version ?? '')?.[0] ?? null;
}

function deploymentOf({ component, title }: DeclaredChange): Assessment['deployment'] {
  if (component === 'driver' || component === 'orm' || component === 'application') {
    return {
      order: 'any',
      steps: [`Deploy it to one instance, watch errors and latency, then to all: ${title}.`],
    };
  }
  return {
    order: 'database before code',
    steps: [
      `Change it on a stage and run the application's tests: ${title}.`,
      'Change it on the database, with the way back at hand.',
    ],
  };
}
