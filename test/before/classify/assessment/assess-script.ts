import { assess } from '../../../../src/before/classify/assessment/assess.js';
import { classifyChange } from '../../../../src/before/classify/classify-change.js';
import { judgeMigration } from '../../../../src/before/classify/judge-migration.js';
import { defaultPolicy, type Policy } from '../../../../src/before/classify/policy.js';
import type { RelationSize } from '../../../../src/before/classify/rule-context.js';
import { splitScript } from '../../../../src/foundation/sql/split-script.js';
import type { Assessment, MigrationClassification, RuleFinding } from '../../../../src/model/classification.js';
import type { Migration } from '../../../../src/model/migration.js';
import { migrationOf } from '../../../support/script.js';

export interface AssessOptions {
  readonly policy?: Partial<Policy>;
  readonly sizes?: Readonly<Record<string, RelationSize>>;
  readonly findings?: readonly RuleFinding[];
  readonly migration?: Partial<Migration>;
}

function judge(text: string, { policy = {}, sizes = {}, migration = {} }: AssessOptions) {
  const statements = splitScript(text, { path: '0001.sql', firstLine: 1 });
  return judgeMigration(
    { ...migrationOf('0001', []), statements, ...migration },
    {
      major: 17,
      policy: { ...defaultPolicy, ...policy },
      sizes: new Map(Object.entries(sizes)),
      text,
      schemaBefore: () => null,
      changedBefore: null,
      failure: null,
    },
  );
}

/** Assesses a script by its text alone. The parser must be loaded. */
export function assessScript(text: string, options: AssessOptions = {}): Assessment {
  const policy = { ...defaultPolicy, ...options.policy };
  return assess(judge(text, options), options.findings ?? [], policy);
}

/** The whole judgement on a script, without rules. */
export function classifyScript(text: string, options: AssessOptions = {}): MigrationClassification {
  const [classified] = classifyChange([judge(text, options)], [], { ...defaultPolicy, ...options.policy });
  return classified as MigrationClassification;
}
