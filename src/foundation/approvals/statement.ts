import { type ApprovalReport, type ApprovalStatement, statementKinds } from '../../model/approval.js';
import type { DeclaredNoRollback } from '../../model/rollback-story.js';
import { canonicalJson } from '../records/canonical-json.js';
import { digest } from '../records/digest.js';

/** The text that is signed. */
export function statementText(statement: ApprovalStatement): string {
  return canonicalJson(statement);
}

/** Digest of what files declare to have no way back; null where they declare nothing. Lines may move. */
export function noRollbackDigest(declared: Readonly<Record<string, DeclaredNoRollback>>): string | null {
  const entries = Object.entries(declared).map(([id, { because, mitigation }]) => [id, { because, mitigation }]);
  return entries.length === 0 ? null : digest('body', canonicalJson(Object.fromEntries(entries)));
}

/** All that decides whether a change may go to a target: the policy with its defaults filled in, and the tier. */
export interface DecidingPolicy {
  readonly tier: number;
  /** The section of the configuration as it was read, the settings of gates and rules among it. */
  readonly policy: object;
  /** What tier and levels of risk ask for, where the configuration leaves it to this version of the tool. */
  readonly controls: readonly string[];
  readonly approvals: object;
  readonly terms: object;
}

/** An approval holds under the policy under which it was given. */
export function policyDigest({ tier, policy, controls, approvals, terms }: DecidingPolicy): string {
  return digest('policy', canonicalJson({ tier, policy, controls, approvals, terms }));
}

/** The body of a record, where it is a signed statement; null where it is something else. */
export function signedStatementOf(body: unknown): Pick<ApprovalReport, 'statement' | 'signature'> | null {
  if (!isMapping(body)) return null;
  const { statement, signature } = body;
  return typeof signature === 'string' && isStatement(statement) ? { statement, signature } : null;
}

function isStatement(value: unknown): value is ApprovalStatement {
  if (!isMapping(value)) return false;
  const { kind, version, target, migrations, grantedAt, ...rest } = value;
  const others = ['role', 'gate', 'of', 'changeDigest', 'rehearsalDigest', 'policyDigest', 'noRollbackDigest'];
  return (
    version === 1 &&
    statementKinds.some((known) => known === kind) &&
    typeof target === 'string' &&
    isTime(grantedAt) &&
    Array.isArray(migrations) &&
    migrations.every((id) => typeof id === 'string') &&
    [...others, 'reason'].every((name) => isTextOrNull(rest[name])) &&
    (rest['expiresAt'] === null || isTime(rest['expiresAt'])) &&
    Object.keys(rest).every((name) => [...others, 'reason', 'expiresAt'].includes(name))
  );
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
