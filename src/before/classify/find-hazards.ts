import type { Concern, RuleFinding } from '../../model/classification.js';
import type { Severity } from '../../model/rehearsal.js';
import type { SourceSpan } from '../../model/sql-text.js';
import { fingerprintOf } from './fingerprint.js';
import { gradeDown } from './grade.js';
import type { JudgedMigration, JudgedStatement } from './judged-statement.js';
import { type Policy, severityOf } from './policy.js';
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
  const ofStatements = migration.statements.flatMap((statement, position) => {
    const context = migration.contexts[position] as RuleContext;
    return active.flatMap(({ rule, severity }) =>
      hitsAt(rule, statement, context).map((hit) => ({
        finding: toFinding(hit, { rule, severity, statement, context }),
        statementIndex: statement.index,
      })),
    );
  });
  const ofFile = active.flatMap(({ rule, severity }) =>
    rule.scope !== 'file'
      ? []
      : rule.predict(migration).map((hit) => ({
          finding: toFileFinding(hit, { rule, severity, migration }),
          statementIndex: null,
        })),
  );
  return [...ofFile, ...ofStatements];
}

/** What the rules of change scope say of all migrations together. */
export function findChangeHazards(
  rules: readonly Rule[],
  change: readonly JudgedMigration[],
  policy: Policy,
): ReadonlyMap<string, readonly PlacedFinding[]> {
  const found = new Map<string, PlacedFinding[]>();
  for (const { rule, severity } of activeRules(rules, policy, null)) {
    if (rule.scope !== 'change') continue;
    for (const hit of rule.predict(change)) {
      const migration = change.find((judged) => judged.migration.id === hit.migration);
      if (migration === undefined) continue;
      const placed = { finding: toFileFinding(hit, { rule, severity, migration }), statementIndex: null };
      found.set(hit.migration, [...(found.get(hit.migration) ?? []), placed]);
    }
  }
  return found;
}

interface ActiveRule {
  readonly rule: Rule;
  readonly severity: Severity;
}

function activeRules(rules: readonly Rule[], policy: Policy, major: number | null): readonly ActiveRule[] {
  return rules.flatMap((rule) => {
    if (major !== null && rule.majors !== undefined && !rule.majors.includes(major)) return [];
    const severity = severityOf(rule, policy);
    return severity === null ? [] : [{ rule, severity }];
  });
}

function hitsAt(rule: Rule, statement: JudgedStatement, context: RuleContext): readonly Hit[] {
  if (rule.scope !== 'statement') return [];
  if (rule.on !== 'any' && !rule.on.includes(statement.tag)) return [];
  if (rule.needsSchema === true && context.graph === null) return [];
  return rule.predict(statement, context);
}

interface StatementPlace extends ActiveRule {
  readonly statement: JudgedStatement;
  readonly context: RuleContext;
}

function toFinding(hit: Hit, { rule, severity, statement, context }: StatementPlace): RuleFinding {
  const { span, sql } = statement.statement;
  const graded = gradeDown(
    hit.severity ?? severity,
    { concern: rule.concern, relation: hit.relation ?? null },
    context,
  );
  return { ...describe(hit, rule, span), ...graded, fingerprint: fingerprintOf(rule.id, span.path, sql) };
}

function toFileFinding(
  hit: Hit,
  { rule, severity, migration }: ActiveRule & { readonly migration: JudgedMigration },
): RuleFinding {
  const { path } = migration.migration;
  const span: SourceSpan = { path, line: hit.line ?? 1, column: 1, endLine: hit.line ?? 1 };
  return {
    ...describe(hit, rule, span),
    severity: hit.severity ?? severity,
    gradedDown: null,
    fingerprint: fingerprintOf(rule.id, path, hit.message),
  };
}

function describe(
  hit: Hit,
  rule: { readonly id: string; readonly title: string; readonly instead: string; readonly concern: Concern },
  span: SourceSpan,
): Omit<RuleFinding, 'severity' | 'gradedDown' | 'fingerprint'> {
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
  };
}
