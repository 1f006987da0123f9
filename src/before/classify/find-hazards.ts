import type { Concern, RuleFinding } from '../../model/classification.js';
import type { SourceSpan } from '../../model/sql-text.js';
import { fingerprintOf, wordsOf } from './fingerprint.js';
import { gradeDown } from './grade.js';
import type { JudgedMigration, JudgedStatement } from './judged-statement.js';
import { type ActiveRule, activeRules } from './active-rules.js';
import type { Policy } from './policy.js';
import type { Hit, Rule } from './rule.js';
import type { RuleContext } from './rule-context.js';

/** A finding with the statement it stands at; null: the file as a whole. */
export interface PlacedFinding {
  readonly finding: RuleFinding;
  readonly statementIndex: number | null;
}

/** What the rules of statement and file scope say of one migration, in the order of the file. */
export function findHazards(
  rules: readonly Rule[],
  migration: JudgedMigration,
  policy: Policy,
): readonly PlacedFinding[] {
  const active = activeRules(rules, policy, migration.contexts[0]?.major ?? null);
  const found: PlacedFinding[] = [];
  for (const { rule, severity } of active.ofFile) {
    for (const hit of rule.predict(migration)) {
      found.push({ finding: toFileFinding(hit, { rule, severity, migration }), statementIndex: null });
    }
  }
  migration.statements.forEach((statement, position) => {
    const context = migration.contexts[position] as RuleContext;
    for (const { rule, severity } of active.ofStatement(statement)) {
      if (rule.needsSchema === true && context.graph === null) continue;
      const hits = rule.predict(statement, context);
      // Nearly all rules are silent, and an empty list is told sooner than it is walked.
      if (hits.length === 0) continue;
      for (const hit of hits) {
        const finding = toFinding(hit, { rule, severity, statement, context });
        found.push({ finding, statementIndex: statement.index });
      }
    }
  });
  return found;
}

/** What the rules of change scope say of all migrations together. */
export function findChangeHazards(
  rules: readonly Rule[],
  change: readonly JudgedMigration[],
  policy: Policy,
): ReadonlyMap<string, readonly PlacedFinding[]> {
  const found = new Map<string, PlacedFinding[]>();
  // The first of an id, as in a project where two migrations have the same.
  const migrations = new Map(change.toReversed().map((judged) => [judged.migration.id, judged]));
  for (const { rule, severity } of activeRules(rules, policy, null).ofChange) {
    for (const hit of rule.predict(change)) {
      const migration = migrations.get(hit.migration);
      if (migration === undefined) continue;
      const placed = { finding: toFileFinding(hit, { rule, severity, migration }), statementIndex: null };
      const there = found.get(hit.migration);
      if (there === undefined) found.set(hit.migration, [placed]);
      else there.push(placed);
    }
  }
  return found;
}

interface StatementPlace extends ActiveRule {
  readonly statement: JudgedStatement;
  readonly context: RuleContext;
}

function toFinding(hit: Hit, { rule, severity, statement, context }: StatementPlace): RuleFinding {
  const { span } = statement.statement;
  const { severity: weight, gradedDown } = gradeDown(
    hit.severity ?? severity,
    { concern: rule.concern, relation: hit.relation ?? null },
    context,
  );
  const fingerprint = fingerprintOf(rule.id, span.path, wordsOf(statement));
  return describe(hit, rule, { span, severity: weight, gradedDown, fingerprint });
}

function toFileFinding(
  hit: Hit,
  { rule, severity, migration }: ActiveRule & { readonly migration: JudgedMigration },
): RuleFinding {
  const { path } = migration.migration;
  const span: SourceSpan = { path, line: hit.line ?? 1, column: 1, endLine: hit.line ?? 1 };
  return describe(hit, rule, {
    span,
    severity: hit.severity ?? severity,
    gradedDown: null,
    fingerprint: fingerprintOf(rule.id, path, hit.message),
  });
}

interface Placed extends Pick<RuleFinding, 'severity' | 'gradedDown' | 'fingerprint'> {
  readonly span: SourceSpan;
}

function describe(
  hit: Hit,
  rule: { readonly id: string; readonly title: string; readonly instead: string; readonly concern: Concern },
  { span, severity, gradedDown, fingerprint }: Placed,
): RuleFinding {
  return {
    id: rule.id,
    title: rule.title,
    concern: rule.concern,
    certainty: hit.certainty ?? 'certain',
    message: hit.message,
    remedy: rule.instead,
    path: span.path,
    line: hit.line ?? span.line,
    column: span.column,
    endLine: Math.max(span.endLine, hit.line ?? 0),
    relation: hit.relation ?? null,
    instead: hit.instead ?? null,
    severity,
    gradedDown,
    fingerprint,
  };
}
