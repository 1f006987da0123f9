import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { openKey, type SigningKey } from '../../before/approve/open-key.js';
import { type SignerBook, rolesOf } from '../../foundation/approvals/see-statements.js';
import { statementText } from '../../foundation/approvals/statement.js';
import type { LoadedConfig } from '../../foundation/config/load-config.js';
import { writeRecord } from '../../foundation/records/write-record.js';
import { isPlain } from '../../foundation/signatures/allowed-signers.js';
import { checkSignature } from '../../foundation/signatures/check-signature.js';
import { fingerprintOf } from '../../foundation/signatures/ssh-public-key.js';
import { signatureNamespace } from '../../foundation/signatures/ssh-signature.js';
import type { ApprovalReport, ApprovalStatement, ApprovalTerms, Signer } from '../../model/approval.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { anchorHeads, type Anchoring } from '../apply/anchor-heads.js';
import type { Clock } from '../clock.js';
import type { OnProgress } from '../progress.js';
import { tool } from '../tool-version.js';
import { openSignerBook } from './read-facts.js';

/** Who signs, and with what. */
export interface SigningRequest {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** File of a private key, or of the public half of one that an agent holds; relative to `cwd`. */
  readonly key: string;
}

export interface OpenedSigner {
  readonly signer: Signer;
  readonly key: SigningKey;
  readonly book: SignerBook;
  readonly person: string;
  /** What they may sign for. */
  readonly roles: readonly string[];
}

/** Whose key it is, before anything is signed. @throws ChangeSafetyError when the allowed signers do not know it. */
export async function openSigner(
  loaded: LoadedConfig,
  terms: Pick<ApprovalTerms, 'roles'>,
  request: SigningRequest,
): Promise<OpenedSigner> {
  const { cwd, env, signal, onProgress } = request;
  const { book, problem } = await openSignerBook({ loaded, env, signal });
  if (problem !== null) {
    throw new ChangeSafetyError({
      code: 'config-invalid',
      message: `The file of allowed signers cannot be relied on: ${problem}.`,
      remedy: 'evidence.signers names it; a line for each person, `alice@example.com ssh-ed25519 AAAA…`, committed.',
      effect: 'none',
    });
  }
  const onWord = (text: string) => onProgress({ kind: 'output', text });
  const key = await openKey({ path: resolve(cwd, request.key), env, signal, onWord });
  const line = book.signers.find((one) => fingerprintOf(one.key) === key.fingerprint);
  const person = book.people.ofKey(key.fingerprint);
  if (line === undefined || person === null) throw unknownKey(key.fingerprint);
  const principal = line.principals.find(isPlain) ?? line.principals[0] ?? '';
  const signer = { principal, fingerprint: key.fingerprint, keyType: key.keyType };
  return { signer, key, book, person, roles: rolesOf(person, { book, roles: terms.roles }) };
}

function unknownKey(fingerprint: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: `No allowed signer has the key ${fingerprint}.`,
    remedy: 'Have its public half added to the file of allowed signers, reviewed and committed.',
    effect: 'none',
  });
}

export interface SignedRecord {
  readonly report: ApprovalReport;
  /** Absolute path of the record. */
  readonly recordPath: string;
  /** Digest of the record. */
  readonly record: string;
  readonly notes: readonly string[];
}

/** Signs, looks at the signature as every reader will, and writes it down. @throws ChangeSafetyError for a key that does not count. */
export async function signStatement(
  statement: ApprovalStatement,
  { signer, key, book }: OpenedSigner,
  place: { readonly evidenceDir: string; readonly connect: Anchoring['connect'] | null },
): Promise<SignedRecord> {
  const message = statementText(statement);
  const signature = await key.sign(message);
  const at = new Date(statement.grantedAt);
  const signed = { message, signature, namespace: signatureNamespace, principal: signer.principal };
  const check = checkSignature(signed, book.signers, at);
  if (!check.ok) throw useless(check.problem);
  const { target, changeDigest, kind } = statement;
  const report: ApprovalReport = {
    kind: 'approval',
    version: 1,
    tool,
    target,
    changeDigest,
    statement,
    signer,
    signature,
  };
  const { evidenceDir, connect } = place;
  const recordKind = kind === 'review' ? 'review' : 'approval';
  const draft = { tool, createdAt: statement.grantedAt, kind: recordKind, body: report } as const;
  const written = await writeRecord(evidenceDir, draft);
  const note = connect === null ? null : await anchorHeads({ evidenceDir, connect, runId: randomUUID() });
  return { report, recordPath: written.path, record: written.digest, notes: note === null ? [] : [note] };
}

function useless(problem: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: `The signature would not count: ${problem}.`,
    remedy: 'Sign with a key that the file of allowed signers has, for the namespace lockkeeper and for today.',
    effect: 'none',
  });
}
