import type { MigrationClassification, RuleFinding, StatementClassification } from '../../model/classification.js';
import type { PredictedRelation, StatementEffects } from '../../model/effects.js';
import { blockedTraffic, type RelationKind } from '../../model/locks.js';
import type { Statement } from '../../model/sql-text.js';
import { assess } from './assessment/assess.js';
import { understatedClaim } from './assessment/claim-findings.js';
import { findChangeHazards, findHazards, type PlacedFinding } from './find-hazards.js';
import type { JudgedMigration, JudgedStatement } from './judged-statement.js';
import type { Policy } from './policy.js';
import type { Rule } from './rule.js';
import type { RuleContext } from './rule-context.js';
import { suppress } from './suppression/suppress.js';
import { serverObjections } from './server-objections.js';
import { weighUnruled } from './unruled-findings.js';

/** The judgement on a whole change: hazards, risk, and what they ask for. Pure. */
export function classifyChange(
  change: readonly JudgedMigration[],
  rules: readonly Rule[],
  policy: Policy,
): readonly MigrationClassification[] {
  const together = findChangeHazards(rules, change, policy);
  return change.map((judged) => {
    const found = [
      ...serverObjections(judged).flatMap((placed) => weighPlaced(placed, policy)),
      ...(together.get(judged.migration.id) ?? []),
      ...findHazards(rules, judged, policy),
    ];
    return classifyMigration(judged, found, { rules, policy });
  });
}

function classifyMigration(
  judged: JudgedMigration,
  found: readonly PlacedFinding[],
  { rules, policy }: { readonly rules: readonly Rule[]; readonly policy: Policy },
): MigrationClassification {
  const { migration } = judged;
  const unclaimed = suppress(found, judged, { policy, rules });
  const weighed = unclaimed.kept.map(({ finding }) => finding);
  const assessment = assess(judged, weighed, policy);
  const claims = migration.claims.flatMap((claim) =>
    claim.kind === 'complexity' ? understatedClaim(claim, assessment.complexity, migration.path) : [],
  );
  // A comment by the header, which is read as one before the first statement, speaks of the header too.
  const placed = claims.flatMap((finding) => weighPlaced({ finding, statementIndex: 0 }, policy));
  const { kept, suppressed, problems } =
    placed.length === 0 ? unclaimed : suppress([...found, ...placed], judged, { policy, rules });
  const isOfFile = ({ statementIndex, finding }: PlacedFinding): boolean =>
    statementIndex === null || claims.some(({ id }) => id === finding.id);
  return {
    id: migration.id,
    path: migration.path,
    risk: assessment.complexity,
    assessment,
    statements: describeStatements(
      judged,
      kept.filter((one) => !isOfFile(one)),
    ),
    findings: [
      ...kept.filter(isOfFile).map(({ finding }) => finding),
      ...problems.flatMap((problem) => weighUnruled(problem, policy) ?? []),
    ],
    suppressed,
  };
}

function weighPlaced(placed: PlacedFinding, policy: Policy): readonly PlacedFinding[] {
  const finding = weighUnruled(placed.finding, policy);
  return finding === null ? [] : [{ ...placed, finding }];
}

/** One entry for each statement of the file, also for what could not be parsed. */
function describeStatements(
  judged: JudgedMigration,
  findings: readonly PlacedFinding[],
): readonly StatementClassification[] {
  const positions = new Map(
    judged.statements.flatMap(({ index, inside }, position) => (inside === null ? [[index, position] as const] : [])),
  );
  return judged.migration.statements.map((statement, index) => {
    const position = positions.get(index);
    const known = position === undefined ? undefined : judged.statements[position];
    const context = position === undefined ? undefined : judged.contexts[position];
    const ofStatement = findings.filter((placed) => placed.statementIndex === index).map(({ finding }) => finding);
    return known === undefined || context === undefined
      ? unparsedStatement(statement, judged, ofStatement)
      : describeStatement(known, context, ofStatement);
  });
}

const notAnalysed: StatementEffects = {
  locks: [],
  rewrites: [],
  scans: [],
  transactionBlock: 'allowed',
  unanalysed: [],
};

function unparsedStatement(
  statement: Statement,
  { unparsed }: JudgedMigration,
  findings: readonly RuleFinding[],
): StatementClassification {
  const reason = unparsed.find((one) => one.statement === statement)?.reason;
  const effects = { ...notAnalysed, unanalysed: reason === undefined ? [] : [reason] };
  return describe(statement, effects, { blocks: { reads: false, writes: false }, findings });
}

function describeStatement(
  { statement, effects }: JudgedStatement,
  context: RuleContext,
  findings: readonly RuleFinding[],
): StatementClassification {
  let reads = false;
  let writes = false;
  for (const { created, kind, mode, relation } of effects.locks) {
    const blocked = blockedTraffic(mode);
    if (blocked === 'none' || created === true || !feltKinds.has(kind) || !context.existing(relation)) continue;
    writes = true;
    reads ||= blocked === 'reads and writes';
  }
  return describe(statement, effects, { blocks: { reads, writes }, findings });
}

/** An exclusive lock on an index stops its table's readers too: planning opens every index. */
const feltKinds: ReadonlySet<RelationKind> = new Set([
  'table',
  'partitioned table',
  'foreign table',
  'matview',
  'view',
  'index',
  'partitioned index',
]);

function describe(
  { sql, span }: Statement,
  { locks, rewrites, scans, transactionBlock, unanalysed }: StatementEffects,
  { blocks, findings }: Pick<StatementClassification, 'blocks' | 'findings'>,
): StatementClassification {
  return {
    locks,
    rewrites: names(rewrites),
    scans: names(scans),
    possible: { rewrites: names(rewrites.filter(isPossible)), scans: names(scans.filter(isPossible)) },
    transactionBlock,
    unanalysed,
    sql,
    path: span.path,
    line: span.line,
    endLine: span.endLine,
    blocks,
    findings,
  };
}

const isPossible = ({ certainty }: PredictedRelation): boolean => certainty === 'possible';
const none: readonly never[] = [];
const names = (relations: readonly PredictedRelation[]): readonly string[] =>
  relations.length === 0 ? none : relations.map(({ relation }) => relation);
