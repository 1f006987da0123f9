import type { Complexity } from '../../../model/migration.js';
import type { BlastRadius, ChangeKind, RuleFinding } from '../../../model/classification.js';
import type { Policy } from '../policy.js';
import type { ReversibilityVerdict } from './reversibility.js';

export const complexities: readonly Complexity[] = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

export interface Weight {
  readonly level: Complexity;
  readonly reason: string;
}

export interface WeighedChange {
  readonly kind: ChangeKind;
  readonly reversibility: ReversibilityVerdict;
  readonly findings: readonly RuleFinding[];
  readonly blastRadius: BlastRadius;
  readonly rewrites: readonly string[];
}

/** How a change weighs: the gravest of what speaks against it. Ends with what every change is, LOW. */
export function weigh(change: WeighedChange, policy: Policy): readonly Weight[] {
  const { kind, reversibility, findings, rewrites } = change;
  const large = largeRelations(change.blastRadius, policy);
  const weights: Weight[] = findings.filter(({ severity }) => severity === 'error').map(weightOfFinding);
  if (findings.some(({ id }) => id === 'not-analysed')) {
    weights.push({ level: 'MEDIUM', reason: 'a part of it could not be analysed' });
  }
  if (kind === 'destructive schema change') weights.push({ level: 'HIGH', reason: 'it takes something away' });
  if (kind === 'behavioural schema change')
    weights.push({ level: 'MEDIUM', reason: 'it changes how the schema behaves' });
  if (kind === 'data migration') {
    weights.push({ level: large.length > 0 ? 'HIGH' : 'MEDIUM', reason: 'it changes rows that are there' });
  }
  if (kind === 'dependency change')
    weights.push({ level: 'MEDIUM', reason: 'it changes what the database depends on' });
  if (reversibility.reversibility === 'loses data' && kind !== 'data migration') {
    weights.push({ level: 'HIGH', reason: reversibility.reason });
  }
  if (reversibility.reversibility === 'irreversible') weights.push({ level: 'CRITICAL', reason: reversibility.reason });
  weights.push(...rewrites.map((relation): Weight => ({ level: 'HIGH', reason: `${relation} is rewritten` })));
  return order([
    ...weights,
    ...raisedByContext(weights, large, policy),
    { level: 'LOW', reason: 'nothing speaks against it' },
  ]);
}

function weightOfFinding({ concern, title, relation }: RuleFinding): Weight {
  const where = relation === null ? '' : ` (${relation})`;
  return { level: concern === 'style' ? 'LOW' : 'HIGH', reason: `${title}${where}` };
}

/** What is grave on any table is critical on a large one, and on a database that everything hangs on. */
function raisedByContext(weights: readonly Weight[], large: readonly string[], policy: Policy): readonly Weight[] {
  if (!weights.some(({ level }) => level === 'HIGH')) return [];
  const raised: Weight[] = [];
  if (large.length > 0) raised.push({ level: 'CRITICAL', reason: `it is grave, and ${large.join(', ')} is large` });
  if (policy.tier === 0) raised.push({ level: 'CRITICAL', reason: 'it is grave, and the database is of tier 0' });
  return raised;
}

function largeRelations({ relations }: BlastRadius, { largeTableRows }: Policy): readonly string[] {
  return relations.filter(({ rows }) => rows !== null && rows >= largeTableRows).map(({ relation }) => relation);
}

function order(weights: readonly Weight[]): readonly Weight[] {
  return weights.toSorted((a, b) => complexities.indexOf(b.level) - complexities.indexOf(a.level));
}
