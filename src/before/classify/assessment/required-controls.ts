import type { Assessment } from '../../../model/classification.js';
import type { Complexity } from '../../../model/migration.js';

type Demands = Pick<Assessment, 'expectedDowntime' | 'requiredTesting' | 'requiredReview' | 'requiredDocumentation'>;

/** What each level asks for where the project's policy says nothing else. */
export const demands: Readonly<Record<Complexity, Demands>> = {
  LOW: {
    expectedDowntime: 'none',
    requiredTesting: ['development', 'staging'],
    requiredReview: ['peer review'],
    requiredDocumentation: ['what it does, in the migration itself'],
  },
  MEDIUM: {
    expectedDowntime: '0 to 5 minutes',
    requiredTesting: ['development', 'staging', 'performance test'],
    requiredReview: ['peer review', 'quality assurance'],
    requiredDocumentation: ['migration plan', 'rollback script'],
  },
  HIGH: {
    expectedDowntime: '5 to 60 minutes',
    requiredTesting: ['development', 'staging', 'load test', 'rehearsal'],
    requiredReview: ['peer review', 'quality assurance', 'load test'],
    requiredDocumentation: ['migration playbook', 'rollback script'],
  },
  CRITICAL: {
    expectedDowntime: 'more than an hour, unless it is split into phases',
    requiredTesting: ['development', 'staging', 'load test', 'rehearsal', 'restore drill'],
    requiredReview: ['architecture review', 'security review'],
    requiredDocumentation: ['migration playbook', 'rollback script', 'rehearsal report', 'word to all stakeholders'],
  },
};

/** Who signs at which level. */
export const defaultApprovals: Readonly<Record<Complexity, Assessment['approvals']>> = {
  LOW: [],
  MEDIUM: [{ role: 'technical lead', count: 1 }],
  HIGH: [
    { role: 'technical lead', count: 1 },
    { role: 'product owner', count: 1 },
  ],
  CRITICAL: [
    { role: 'technical lead', count: 1 },
    { role: 'product owner', count: 1 },
    { role: 'cto', count: 1 },
  ],
};

/** What the tier of a database demands of any change, from the one that everything hangs on (0) to the least (3). */
export const defaultControls: Readonly<Record<number, readonly string[]>> = {
  0: ['rehearsal', 'restore proof', 'second approver', 'regression gate', 'maintenance window'],
  1: ['rehearsal', 'restore proof', 'second approver', 'regression gate'],
  2: ['rehearsal', 'second approver'],
  3: ['rehearsal'],
};
