import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { isCommitted, readAuthors, unknownAuthors } from '../../before/approve/read-authors.js';
import { checkWithProgram, findSshKeygen } from '../../before/approve/ssh-keygen.js';
import { readSignerBook, seeStatements, type SignerBook } from '../../foundation/approvals/see-statements.js';
import {
  noRollbackDigest,
  policyDigest,
  signedStatementOf,
  statementText,
} from '../../foundation/approvals/statement.js';
import type { LoadedConfig } from '../../foundation/config/load-config.js';
import { intactOf } from '../../foundation/records/read-records.js';
import type { StoredRecord } from '../../foundation/records/record.js';
import { signatureNamespace } from '../../foundation/signatures/ssh-signature.js';
import type { ApprovalFacts, ApprovedChange, SeenStatement } from '../../model/approval.js';
import type { Assessment } from '../../model/classification.js';
import type { Rehearsal } from '../../model/rehearsal.js';
import { readApprovalTerms } from '../apply/read-approval-terms.js';
import { demandedApprovals } from '../check/policy/approvals.js';
import { demandedControls } from '../check/policy/tiers.js';
import { readDeclarations } from '../rollback/read-declarations.js';
import type { SelectedMigrations } from '../select-migrations.js';

export interface FactsRequest {
  readonly loaded: LoadedConfig;
  readonly target: { readonly name: string | null; readonly tier: number };
  readonly selected: Pick<SelectedMigrations, 'project' | 'change'>;
  readonly changeDigest: string;
  /** All that the evidence folder has. */
  readonly records: readonly StoredRecord[];
  /** Of all its migrations together. */
  readonly assessments: readonly Assessment[];
  readonly now: Date;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** What decides whether a change is approved: records, and read for it allowed signers, authors, and the policy. */
export async function readApprovalFacts(request: FactsRequest): Promise<ApprovalFacts> {
  const { loaded, target, assessments, records, now } = request;
  const { policy } = loaded.config;
  const terms = readApprovalTerms(policy, target.tier);
  const { book, problem } = await openSignerBook(request);
  const change = await describeChange(request);
  const seen = seeStatements(records, { book, roles: terms.roles, at: now });
  return {
    change,
    terms,
    demanded: mostDemanded(assessments),
    secondApprover: controlsOf(request).includes('second approver'),
    authors: await authorsOf(request, book),
    statements: await confirmByProgram(seen, { ...request, change }),
    signersProblem: problem,
  };
}

/** The most that any migration of the change asks for. */
function mostDemanded(assessments: readonly Assessment[]): ApprovalFacts['demanded'] {
  const counts = new Map<string, number>();
  for (const { role, count } of assessments.flatMap(({ approvals }) => approvals)) {
    counts.set(role, Math.max(count, counts.get(role) ?? 0));
  }
  return [...counts].map(([role, count]) => ({ role, count }));
}

function controlsOf({ loaded, target }: Pick<FactsRequest, 'loaded' | 'target'>): readonly string[] {
  return demandedControls(loaded.config.policy.tiers)[target.tier] ?? [];
}

/** What a signature at this moment is bound to. */
async function describeChange(request: FactsRequest): Promise<ApprovedChange> {
  const { target, selected, changeDigest, records } = request;
  const declared = await readDeclarations(selected.change, selected.project.dir);
  return {
    target: target.name,
    tier: target.tier,
    changeDigest,
    migrations: selected.change.map(({ id }) => id),
    rehearsalDigest: greenRehearsal(records, changeDigest)?.subjectDigest ?? null,
    rehearsalAsked: controlsOf(request).includes('rehearsal'),
    policyDigest: digestOfPolicy(request),
    noRollbackDigest: noRollbackDigest(Object.fromEntries([...declared].map(([{ id }, how]) => [id, how]))),
  };
}

/** The newest rehearsal of a change that went through. */
function greenRehearsal(records: readonly StoredRecord[], changeDigest: string) {
  return (
    intactOf<Rehearsal>(records, 'rehearsal').findLast(
      ({ body }) => body.changeDigest === changeDigest && body.verdict === 'passed',
    ) ?? null
  );
}

function digestOfPolicy({ loaded, target }: Pick<FactsRequest, 'loaded' | 'target'>): string {
  const { policy } = loaded.config;
  return policyDigest({
    tier: target.tier,
    policy,
    controls: controlsOf({ loaded, target }),
    approvals: demandedApprovals(policy.approvals),
    terms: readApprovalTerms(policy, target.tier),
  });
}

export interface OpenedBook {
  readonly book: SignerBook;
  readonly problem: string | null;
}

/** The allowed signers, and why they tell nothing: a list that somebody changed a moment ago says who changed it, no more. */
export async function openSignerBook({
  loaded,
  env,
  signal,
}: Pick<FactsRequest, 'loaded' | 'env' | 'signal'>): Promise<OpenedBook> {
  const path = loaded.config.evidence.signers;
  const shown = relative(loaded.dir, path);
  const book = readSignerBook(await readFile(path, 'utf8').catch(() => null));
  const [fault] = book.faults;
  if (fault !== undefined) return { book, problem: `${shown}: ${fault}` };
  const committed = await isCommitted(path, { dir: loaded.dir, env, signal });
  return { book, problem: committed === false ? `${shown} is not as it was committed` : null };
}

async function authorsOf({ selected, env, signal }: FactsRequest, book: SignerBook): Promise<ApprovalFacts['authors']> {
  const files = [...new Set(selected.change.flatMap(({ sources }) => sources.map(({ path }) => path)))];
  if (files.length === 0) return unknownAuthors('the change has no files');
  return readAuthors({ dir: selected.project.dir, files, people: book.people, env, signal });
}

interface ProgramFacts extends FactsRequest {
  readonly change: ApprovedChange;
  readonly records: readonly StoredRecord[];
}

/** Has ssh-keygen look at the signatures that matter now too, where it is found: two have to agree. */
async function confirmByProgram(
  statements: readonly SeenStatement[],
  facts: ProgramFacts,
): Promise<readonly SeenStatement[]> {
  const { changeDigest } = facts.change;
  const matters = ({ statement, fault }: SeenStatement): boolean =>
    fault === null && (statement?.changeDigest === changeDigest || statement?.changeDigest === null);
  if (!statements.some(matters) || (await findSshKeygen(facts.env)) === null) return statements;
  const confirmed: SeenStatement[] = [];
  for (const seen of statements) confirmed.push(matters(seen) ? await confirm(seen, facts) : seen);
  return confirmed;
}

async function confirm(seen: SeenStatement, facts: ProgramFacts): Promise<SeenStatement> {
  const { loaded, env, signal, now, records } = facts;
  const signed = signedStatementOf(records.find(({ digest }) => digest === seen.record)?.record?.body);
  if (signed === null || seen.principal === null) return seen;
  const problem = await checkWithProgram({
    env,
    signal,
    signersPath: loaded.config.evidence.signers,
    principal: seen.principal,
    message: statementText(signed.statement),
    signature: signed.signature,
    namespace: signatureNamespace,
    at: now,
  });
  return problem === null ? seen : { ...seen, fault: 'unreadable', problem: `ssh-keygen refuses it: ${problem}` };
}
