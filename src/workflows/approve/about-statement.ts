import { seeStatements } from '../../foundation/approvals/see-statements.js';
import type { LoadedConfig } from '../../foundation/config/load-config.js';
import { readRecords } from '../../foundation/records/read-records.js';
import type { ApprovalStatement, SeenStatement } from '../../model/approval.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { openTarget } from '../apply/open-target.js';
import { readApprovalTerms } from '../apply/read-approval-terms.js';
import { type ConfiguredRequest, loadConfigOf } from '../project-request.js';
import { openSigner, type SignedRecord, type SigningRequest, signStatement } from './sign-statement.js';

export interface StatementRequest extends ConfiguredRequest, SigningRequest {
  /** The beginning of the digest of a record, six characters or more. */
  readonly record: string;
  readonly reason: string | null;
  /** Asked with the statement that it is about, and who signs. */
  readonly agree: (about: SeenStatement, signer: string) => Promise<boolean>;
}

/** Takes a statement back: it no longer counts from now on. Null when whoever was asked did not agree. */
export function revokeStatement(request: StatementRequest): Promise<SignedRecord | null> {
  return signAbout(request, 'revocation');
}

/** Says that a waiver or a breaking of glass was looked into, by somebody else than who signed it. Null as above. */
export function reviewException(request: StatementRequest): Promise<SignedRecord | null> {
  return signAbout(request, 'review');
}

async function signAbout(request: StatementRequest, kind: 'revocation' | 'review'): Promise<SignedRecord | null> {
  const loaded = await loadConfigOf(request);
  const { clock, reason } = request;
  if (kind === 'review' && (reason ?? '').trim() === '')
    throw usage('It is not said what was found.', '--reason says it.');
  const opened = await openSigner(loaded, loaded.config.policy, request);
  const { roles } = readApprovalTerms(loaded.config.policy, 0);
  const records = await readRecords(loaded.config.evidence.dir);
  const seen = seeStatements(records, { book: opened.book, roles, at: clock.date() });
  const about = findStatement(seen, request.record);
  if (kind === 'review') refuseReview(about, opened.person);
  if (!(await request.agree(about, opened.signer.principal))) return null;
  const target = about.statement?.target ?? '';
  const statement: ApprovalStatement = {
    kind,
    version: 1,
    target,
    role: null,
    gate: null,
    of: about.record,
    changeDigest: about.statement?.changeDigest ?? null,
    migrations: about.statement?.migrations ?? [],
    rehearsalDigest: null,
    policyDigest: null,
    noRollbackDigest: null,
    reason,
    grantedAt: clock.date().toISOString(),
    expiresAt: null,
  };
  const { dir: evidenceDir } = loaded.config.evidence;
  return signStatement(statement, opened, { evidenceDir, connect: connectTo(loaded, target, request) });
}

/** Where the target can be reached, its ledger learns of it at once; else with the next record. */
function connectTo(loaded: LoadedConfig, target: string, { env }: StatementRequest) {
  if (!Object.hasOwn(loaded.config.targets, target)) return null;
  return openTarget(loaded, { database: null, target }, env).connect;
}

function findStatement(seen: readonly SeenStatement[], prefix: string): SeenStatement {
  const found = prefix.length < 6 ? [] : seen.filter(({ record }) => record.startsWith(prefix));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw usage(
    found.length === 0 ? `No signed record begins with ${prefix}.` : `Several signed records begin with ${prefix}.`,
    '`lockkeeper approve list` shows them; six characters or more, as many as tell it apart.',
  );
}

function refuseReview({ statement, person, record }: SeenStatement, reviewer: string): void {
  if (statement?.kind !== 'waiver' && statement?.kind !== 'break-glass') {
    throw usage(
      `${record.slice(0, 12)} is no waiver, and broke no glass.`,
      '`lockkeeper approve list` shows what is due.',
    );
  }
  if (person === reviewer) {
    throw usage('Whoever signed it cannot review it.', 'Have somebody else look into it, and sign that.');
  }
}

function usage(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}
