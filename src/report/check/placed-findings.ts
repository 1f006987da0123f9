import type { CheckReport } from '../../model/check.js';
import type { MigrationClassification, RuleFinding, StatementClassification } from '../../model/classification.js';

/** A finding with what it is about. */
export interface PlacedFinding {
  readonly finding: RuleFinding;
  readonly migration: MigrationClassification;
  /** Null when it concerns the file. */
  readonly statement: StatementClassification | null;
  /** From where the command ran, with forward slashes. */
  readonly file: string;
}

/** All findings of a report in the order of the migrations and their lines. */
export function placedFindings(report: CheckReport): readonly PlacedFinding[] {
  return report.migrations.flatMap((migration) =>
    [
      ...migration.findings.map((finding) => ({ finding, statement: null })),
      ...migration.statements.flatMap((statement) => statement.findings.map((finding) => ({ finding, statement }))),
    ]
      .toSorted((a, b) => a.finding.line - b.finding.line)
      .map((placed) => ({ ...placed, migration, file: fileOf(report, placed.finding.path) })),
  );
}

/** A path of the project as it is seen from where the command ran. */
export function fileOf({ project }: CheckReport, path: string): string {
  const folder = project.path.replaceAll('\\', '/');
  return folder === '.' || folder === '' ? path : `${folder}/${path}`;
}
