import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { confirmableFor } from '../after/evidence/controls/judge-controls.js';
import type { ChangeFacts } from '../after/evidence/change-facts.js';
import {
  checkConfirmation,
  type ConfirmationContent,
  confirmationDigest,
  confirmationText,
} from '../foundation/approvals/confirmations.js';
import type { LoadedConfig } from '../foundation/config/load-config.js';
import { redactSecrets } from '../foundation/records/redact-secrets.js';
import { writeRecord } from '../foundation/records/write-record.js';
import { runCommand } from '../foundation/runtime/run-command.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type {
  ConfirmableItem,
  ConfirmableReport,
  ConfirmationReport,
  ConfirmationSignature,
  ConfirmingPerson,
} from '../model/confirmation.js';
import { nearestWord } from '../foundation/config/nearest-word.js';
import { openChange, secretsOf } from './evidence/evidence-request.js';
import type { EvidenceRequest } from './evidence/evidence-request.js';
import { anchorHeads } from './apply/anchor-heads.js';
import { openTarget } from './apply/open-target.js';
import { readApprovalTerms } from './apply/read-approval-terms.js';
import { openSigner } from './approve/sign-statement.js';
import type { OnProgress } from './progress.js';
import { tool } from './tool-version.js';

export interface ConfirmRequest extends EvidenceRequest {
  /** Id of what is confirmed. */
  readonly item: string;
  /** Null: the newest change. */
  readonly change: string | null;
  /** In which role somebody speaks; null: the one that is asked for it. */
  readonly role: string | null;
  readonly note: string | null;
  /** When it was done, ISO 8601; null: now. */
  readonly at: string | null;
  /** It does not concern the change. */
  readonly notApplicable: boolean;
  /** File of a private key, or of the public half of one that an agent holds; relative to `cwd`. Null: it stays unsigned. */
  readonly key: string | null;
  readonly onProgress: OnProgress;
}

export interface ConfirmResult {
  readonly report: ConfirmationReport;
  /** Absolute path of the record. */
  readonly recordPath: string;
  /** Why it is not anchored in the target's ledger; null when it is, or no target was named. */
  readonly note: string | null;
}

/**
 * Writes down what only a person can say of a change: who, in which role, when, and with which words.
 * @throws ChangeSafetyError `usage` for an item that nobody asks for, or a change that is not on record.
 */
export async function confirm(request: ConfirmRequest): Promise<ConfirmResult> {
  const { loaded, facts } = await openChange(request, request.change);
  const item = findItem(confirmableFor(facts), request.item);
  const { role, note, notApplicable, clock } = request;
  const content: ConfirmationContent = {
    changeDigest: facts.changeDigest,
    target: request.database.target ?? facts.target,
    item: item.id,
    title: item.title,
    state: notApplicable ? 'not applicable' : 'done',
    role: role ?? item.role,
    by: await whoIsIt(request),
    note,
    at: momentOf(request),
  };
  // What is signed is what is written: without secrets.
  const said = redactSecrets(content, secretsOf(loaded, request));
  const signed = await signIt(loaded, said, request);
  const body: ConfirmationReport = { kind: 'confirmation', version: 1, tool, ...said, signed };
  const createdAt = clock.date().toISOString();
  const { dir: evidenceDir } = loaded.config.evidence;
  const { path } = await writeRecord(evidenceDir, { tool, createdAt, kind: 'confirmation', body });
  if (request.database.target === null) return { report: body, recordPath: path, note: null };
  const { connect } = openTarget(loaded, request.database, request.env);
  return { report: body, recordPath: path, note: await anchorHeads({ evidenceDir, connect, runId: randomUUID() }) };
}

/** Null where no key is given. @throws ChangeSafetyError for a key that would not count, and where the policy asks for one. */
async function signIt(
  loaded: LoadedConfig,
  content: ConfirmationContent,
  request: ConfirmRequest,
): Promise<ConfirmationSignature | null> {
  const terms = readApprovalTerms(loaded.config.policy, 0);
  const { key: path } = request;
  if (path === null) {
    if (terms.signedConfirmations) throw signatureMissing();
    return null;
  }
  const { signer, key, book, roles } = await openSigner(loaded, terms, { ...request, key: path });
  if (terms.roles[content.role] !== undefined && !roles.includes(content.role)) {
    throw usage(
      `policy.roles does not name ${signer.principal} as ${content.role}.`,
      `Say it in another role with --role, or have somebody say it of ${terms.roles[content.role]?.join(', ')}.`,
    );
  }
  const contentDigest = confirmationDigest(content);
  const signature = await key.sign(confirmationText(content, contentDigest));
  const signed = { digest: contentDigest, signer, signature };
  const report: ConfirmationReport = { kind: 'confirmation', version: 1, tool, ...content, signed };
  const check = checkConfirmation(report, { isWhole: true, signers: book.signers });
  if (check.state === 'holds') return signed;
  throw usage(
    `The signature would not count: ${check.state === 'faulty' ? check.problem : 'it is none'}.`,
    'Sign with a key that the file of allowed signers has, for the namespace lockkeeper and for that time.',
  );
}

function signatureMissing(): ChangeSafetyError {
  return usage(
    'policy.limits.signedConfirmations asks for a signature.',
    '--key ~/.ssh/id_ed25519, or the .pub file of a key that an agent or a hardware token holds.',
  );
}

function usage(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}

export interface ListConfirmableRequest extends EvidenceRequest {
  readonly change: string | null;
}

/** Everything that may be confirmed of a change, and what was said last. */
export async function listConfirmable(request: ListConfirmableRequest): Promise<ConfirmableReport> {
  const { facts } = await openChange(request, request.change);
  return {
    kind: 'confirmable',
    version: 1,
    tool,
    changeDigest: facts.changeDigest,
    items: confirmableFor(facts).map((item) => ({ ...item, confirmed: lastSaid(facts, item.id) })),
  };
}

function lastSaid({ confirmations }: ChangeFacts, id: string): ConfirmableReport['items'][number]['confirmed'] {
  const said = confirmations.findLast(({ body }) => body.item === id)?.body;
  if (said === undefined) return null;
  const { by, role, note, at, state, signed } = said;
  return { by, role, note, at, state, signed };
}

function findItem(items: readonly ConfirmableItem[], id: string): ConfirmableItem {
  const found = items.find((item) => item.id === id);
  if (found !== undefined) return found;
  const near = nearestWord(
    id,
    items.map((item) => item.id),
  );
  throw usage(
    `There is nothing to confirm that is called ${id}.`,
    `${near === null ? '' : `Did you mean ${near}? `}\`lockkeeper confirm --list\` names all that may be confirmed.`,
  );
}

function momentOf({ at, clock }: ConfirmRequest): string {
  const now = clock.date();
  if (at === null) return now.toISOString();
  const said = Date.parse(at);
  if (!Number.isNaN(said) && said <= now.getTime() + 60_000) return new Date(said).toISOString();
  throw usage(
    Number.isNaN(said) ? `${at} is no time.` : `${at} is not yet.`,
    'Say when it was done as 2026-01-31T14:05Z, or leave --at out for now.',
  );
}

/** As the machine knows them: it is written down, not proved; a signature proves who it was. */
async function whoIsIt({ cwd, env, signal }: ConfirmRequest): Promise<ConfirmingPerson> {
  const ask = async (key: string): Promise<string> => {
    const { exitCode, stdout } = await runCommand('git', ['config', '--get', key], { cwd, env, signal });
    return exitCode === 0 ? stdout.trim() : '';
  };
  const [name, mail] = [await ask('user.name'), await ask('user.email')];
  const git = name === '' && mail === '' ? null : `${name}${mail === '' ? '' : ` <${mail}>`}`.trim();
  return { git, osUser: userInfo().username, host: hostname() };
}
