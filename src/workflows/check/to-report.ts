import type { Rule } from '../../before/classify/rule.js';
import type { LoadedConfig } from '../../foundation/config/load-config.js';
import { changeDigest } from '../../foundation/records/digest.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import type { CheckReport } from '../../model/check.js';
import type { MigrationClassification, RuleFinding } from '../../model/classification.js';
import type { Severity } from '../../model/rehearsal.js';
import { describeRule } from '../describe-rule.js';
import { type SelectedMigrations, shownPath } from '../select-migrations.js';
import { tool } from '../tool-version.js';
import type { ChangeKnowledge } from './change-knowledge.js';

export interface Checked {
  readonly cwd: string;
  readonly loaded: LoadedConfig;
  readonly selected: SelectedMigrations;
  readonly knowledge: ChangeKnowledge;
  readonly rules: readonly Rule[];
}

/** The judgement with what it was made from, free of secrets. */
export function toReport(
  migrations: readonly MigrationClassification[],
  { cwd, loaded, selected, knowledge, rules }: Checked,
): CheckReport {
  const { project, change } = selected;
  const report: CheckReport = {
    kind: 'check',
    version: 1,
    tool,
    server: {
      major: knowledge.major,
      schema: knowledge.schema,
      sizes: knowledge.sizes.size > 0 ? 'database' : 'unknown',
    },
    project: { format: project.format, path: shownPath(cwd, project.dir) },
    migrations,
    rules: describeRules(migrations, rules),
    totals: countFindings(migrations),
    notes: [...project.notes, ...selected.notes, ...knowledge.notes],
    changeDigest: changeDigest(change, {
      transactionScope: project.transactionScope,
      placeholders: loaded.config.project.placeholders,
    }),
  };
  return redactSecrets(report, loaded.secrets);
}

/** How many findings of each severity, those of statements and of files. */
export function countFindings(migrations: readonly MigrationClassification[]): CheckReport['totals'] {
  const totals: Record<Severity, number> = { info: 0, warning: 0, error: 0 };
  for (const migration of migrations) {
    for (const { severity } of migration.findings) totals[severity] += 1;
    for (const { findings } of migration.statements) {
      for (const { severity } of findings) totals[severity] += 1;
    }
  }
  return totals;
}

/** The words of the rules that spoke, silenced or not. */
function describeRules(migrations: readonly MigrationClassification[], rules: readonly Rule[]): CheckReport['rules'] {
  const spoke = new Set<string>();
  for (const { findings, statements, suppressed } of migrations) {
    for (const { id } of findings) spoke.add(id);
    for (const { finding } of suppressed) spoke.add(finding.id);
    for (const statement of statements) {
      for (const { id } of statement.findings) spoke.add(id);
    }
  }
  return rules.filter(({ id }) => spoke.has(id)).map(describeRule);
}

/** All findings of a migration that nothing silences. */
export function keptFindings({ findings, statements }: MigrationClassification): readonly RuleFinding[] {
  return [...findings, ...statements.flatMap((statement) => statement.findings)];
}
