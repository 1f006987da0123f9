import { type ApprovalTerms, openRole, type SeenStatement } from '../../model/approval.js';
import type { StoredRecord } from '../records/record.js';
import { type AllowedSigner, parseAllowedSigners } from '../signatures/allowed-signers.js';
import { checkSignature } from '../signatures/check-signature.js';
import { knowPeople, type People } from '../signatures/people.js';
import { signatureNamespace } from '../signatures/ssh-signature.js';
import { signedStatementOf, statementText } from './statement.js';

/** Who may sign, as the file of allowed signers says. */
export interface SignerBook {
  readonly signers: readonly AllowedSigner[];
  readonly people: People;
  /** Why nobody can be told by it; empty when all is well. */
  readonly faults: readonly string[];
}

/** Reads the text of a file of allowed signers; null: there is none. */
export function readSignerBook(text: string | null): SignerBook {
  const { signers, faults } =
    text === null ? { signers: [], faults: ['there is no such file'] } : parseAllowedSigners(text);
  return { signers, people: knowPeople(signers), faults };
}

export interface SeenBy {
  readonly book: SignerBook;
  readonly roles: ApprovalTerms['roles'];
  /** When the keys have to be valid. */
  readonly at: Date;
}

/** Every signed statement among the records, with its signature checked, oldest first. Pure: it needs no program and no server. */
export function seeStatements(records: readonly StoredRecord[], by: SeenBy): readonly SeenStatement[] {
  return records.flatMap((stored) =>
    stored.record?.subject.kind === 'approval' || isReview(stored) ? [seeStatement(stored, by)] : [],
  );
}

/** Reviews are signed here too; a record of that kind without a signature is somebody else's. */
function isReview({ record }: StoredRecord): boolean {
  return record?.subject.kind === 'review' && signedStatementOf(record.body) !== null;
}

function seeStatement({ name, digest, record, intact }: StoredRecord, by: SeenBy): SeenStatement {
  const nobody = { principal: null, person: null, fingerprint: null, roles: [] };
  const about = { name, record: digest, ...nobody };
  const signed = signedStatementOf(record?.body);
  if (signed === null) return { ...about, statement: null, fault: 'unreadable', problem: 'it holds no statement' };
  const { statement, signature } = signed;
  if (!intact) return { ...about, statement, fault: 'tampered', problem: 'the record is not as it was written' };
  const message = statementText(statement);
  const { signers, people } = by.book;
  const check = checkSignature({ message, signature, namespace: signatureNamespace, principal: null }, signers, by.at);
  if (!check.ok) {
    const { fault, problem, fingerprint } = check;
    return { ...about, statement, fault, problem, fingerprint };
  }
  const { principal, fingerprint } = check;
  const person = people.ofKey(fingerprint);
  const roles = person === null ? [] : rolesOf(person, by);
  return { ...about, statement, fault: null, problem: null, principal, person, fingerprint, roles };
}

/** What a person may sign for: the roles that name one of theirs, and the one that is open to all. */
export function rolesOf(person: string, { book, roles }: Pick<SeenBy, 'book' | 'roles'>): readonly string[] {
  const named = Object.entries(roles).filter(([, names]) => names.some((name) => book.people.ofName(name) === person));
  return [...named.map(([role]) => role), openRole];
}
