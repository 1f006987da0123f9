import type { Rehearsal, Severity } from '../model/rehearsal.js';
import type { MigrationTrace, StatementTrace, TrafficTrace } from '../model/trace.js';
import { type RelationLock, isLoud, lockStrength, strongestLocks } from './lock-summary.js';
import { worstStall } from './migration-summary.js';
import { formatCount, formatCounted, formatDuration } from './units.js';

/** The totals that the head of every report shows. */
export interface RehearsalSummary {
  readonly migrations: number;
  readonly statements: number;
  readonly severities: Readonly<Record<Severity, number>>;
  readonly brokenClaims: number;
  readonly walBytes: number | null;
  readonly growthBytes: number | null;
  /** The lock that stopped traffic the longest, on a relation that existed before. */
  readonly longestBlock: RelationLock | null;
  readonly worstStall: TrafficTrace | null;
  readonly failure: Failure | null;
}

export interface Failure {
  readonly migration: MigrationTrace;
  readonly error: NonNullable<StatementTrace['error']>;
}

/** Adds up a rehearsal. Sums are null when no statement could be measured. */
export function summarizeRehearsal(rehearsal: Rehearsal): RehearsalSummary {
  const statements = rehearsal.migrations.flatMap((migration) => migration.statements);
  return {
    migrations: rehearsal.migrations.length,
    statements: statements.length,
    severities: countSeverities(rehearsal),
    brokenClaims: rehearsal.migrations.flatMap((migration) => migration.claims).filter((check) => !check.holds).length,
    walBytes: sumKnown(statements.map((statement) => statement.walBytes)),
    growthBytes: sumKnown(statements.map((statement) => statement.sizeGrowthBytes)),
    longestBlock: findLongestBlock(statements),
    worstStall: worstStall(statements.flatMap((statement) => statement.traffic)),
    failure: findFailure(rehearsal.migrations),
  };
}

function countSeverities(rehearsal: Rehearsal): Readonly<Record<Severity, number>> {
  const count = (severity: Severity) => rehearsal.findings.filter((finding) => finding.severity === severity).length;
  return { error: count('error'), warning: count('warning'), info: count('info') };
}

/** The sum of what is known; null when nothing is. */
export function sumKnown(values: readonly (number | null)[]): number | null {
  return values.reduce((sum, value) => (value === null ? sum : (sum ?? 0) + value), null);
}

function findLongestBlock(statements: readonly StatementTrace[]): RelationLock | null {
  const blocking = statements.flatMap((statement) => strongestLocks(statement.locks)).filter(isLoud);
  return blocking.reduce<RelationLock | null>((longest, lock) => {
    if (longest === null) return lock;
    const longer = (lock.heldMs ?? 0) - (longest.heldMs ?? 0) || lockStrength(lock.mode) - lockStrength(longest.mode);
    return longer > 0 ? lock : longest;
  }, null);
}

function findFailure(migrations: readonly MigrationTrace[]): Failure | null {
  for (const migration of migrations) {
    const error = migration.statements.find((statement) => statement.error !== null)?.error;
    if (error) return { migration, error };
  }
  return null;
}

/** `3 migrations, 9 statements in 2.41 s`. */
export function countsInWords(rehearsal: Rehearsal, summary: RehearsalSummary): string {
  const migrations = formatCounted(summary.migrations, 'migration');
  const statements = formatCounted(summary.statements, 'statement');
  return `${migrations}, ${statements} in ${formatDuration(rehearsal.durationMs)}`;
}

/** `1 error, 2 warnings, 1 hint`, and broken claims; `no findings` when there is nothing to say. */
export function findingsInWords(summary: RehearsalSummary): string {
  const { error, warning, info } = summary.severities;
  const parts: string[] = [];
  if (error > 0) parts.push(formatCounted(error, 'error'));
  if (warning > 0) parts.push(formatCounted(warning, 'warning'));
  if (info > 0) parts.push(formatCounted(info, 'hint'));
  if (summary.brokenClaims > 0) parts.push(formatCounted(summary.brokenClaims, 'broken claim'));
  return parts.length === 0 ? 'no findings' : parts.join(', ');
}

/** Why the verdict is what it is, one sentence each; empty when it passed. */
export function verdictReasons(rehearsal: Rehearsal, summary: RehearsalSummary): readonly string[] {
  if (rehearsal.verdict === 'inconclusive') return rehearsal.inconclusive;
  if (rehearsal.verdict === 'passed' || summary.failure === null) return [];
  const { migration, error } = summary.failure;
  return [`${migration.id} fails at ${error.path}:${error.line}:${error.column}: ${error.message}`];
}

/** The server and the stage, as short facts. */
export function stageInWords(rehearsal: Rehearsal): readonly string[] {
  const { server, stage } = rehearsal;
  const facts = [`PostgreSQL ${server.version} (${server.source})`];
  if (stage.schemaFrom) facts.push('schema from a database');
  if (stage.historyMigrations > 0) {
    const history = formatCounted(stage.historyMigrations, 'earlier migration');
    facts.push(`${history} in ${formatDuration(stage.historyMs)}`);
  }
  facts.push(dataInWords(stage));
  if (stage.trafficPerSecond !== null) facts.push(`traffic ${formatCount(stage.trafficPerSecond)}/s`);
  if (stage.standby) facts.push('streaming standby');
  if (stage.role !== null) facts.push(`as role ${stage.role}`);
  if (stage.rolesCreated.length > 0) facts.push(`roles created: ${stage.rolesCreated.join(', ')}`);
  return facts;
}

function dataInWords(stage: Rehearsal['stage']): string {
  switch (stage.data) {
    case 'none':
      return 'empty tables';
    case 'file':
      return 'data from a file';
    case 'filled':
      return stage.rowsPerTable === null ? 'filled tables' : `${formatCounted(stage.rowsPerTable, 'row')} per table`;
  }
}
