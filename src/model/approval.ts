import type { Complexity } from './migration.js';

/**
 * What somebody signs.
 * - `approval`: a change may go to a target, as far as the signer's role has to say so;
 * - `waiver`: the signer takes the risk of one gate on a target;
 * - `break-glass`: a change goes to a target without the approvals that it lacks, now, and is looked into afterwards;
 * - `revocation`: an earlier statement no longer counts;
 * - `review`: what was done by a waiver or by breaking glass was looked into.
 */
export const statementKinds = ['approval', 'waiver', 'break-glass', 'revocation', 'review'] as const;
export type StatementKind = (typeof statementKinds)[number];

/** Its canonical JSON is what is signed: SSHSIG, namespace `lockkeeper`. A changed byte of what it names voids it. */
export interface ApprovalStatement {
  readonly kind: StatementKind;
  readonly version: 1;
  /** Name of the configured target. */
  readonly target: string;
  /** Of an approval: as whom it is given. */
  readonly role: string | null;
  /** Of a waiver: the gate that it lets pass. */
  readonly gate: string | null;
  /** Of a revocation and a review: digest of the record that it is about. */
  readonly of: string | null;
  /** Null for a waiver of every change on the target, for a revocation and a review. */
  readonly changeDigest: string | null;
  /** Ids of the change's migrations, for people. */
  readonly migrations: readonly string[];
  /** Digest of the content of the newest green rehearsal of the change; null where the tier asks for none. */
  readonly rehearsalDigest: string | null;
  /** Of all that decides what has to be approved, and what gates ask. */
  readonly policyDigest: string | null;
  /** Of what the files declare to have no way back; null where they declare nothing. */
  readonly noRollbackDigest: string | null;
  readonly reason: string | null;
  /** ISO 8601, UTC. */
  readonly grantedAt: string;
  /** Null for a revocation and a review. */
  readonly expiresAt: string | null;
}

/** Who signed: by the file of allowed signers when it was signed; whoever reads it finds out again. */
export interface Signer {
  readonly principal: string;
  /** `SHA256:…`, as ssh-keygen prints it. */
  readonly fingerprint: string;
  /** `ssh-ed25519`, `sk-ssh-ed25519@openssh.com`, … */
  readonly keyType: string;
}

/**
 * Body of a record of kind `approval` (of kind `review` for a review): the statement and its signature. Only the
 * statement counts; what stands beside it is for people and for finding it.
 */
export interface ApprovalReport {
  readonly kind: 'approval';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly target: string;
  readonly changeDigest: string | null;
  readonly statement: ApprovalStatement;
  readonly signer: Signer;
  /** Armoured, `-----BEGIN SSH SIGNATURE-----`. */
  readonly signature: string;
}

/** Why a statement on record does not count, whatever it is about. */
export const statementFaults = [
  /** The record is not as it was written, or the signature is not of this statement. */
  'tampered',
  /** The signature cannot be read, or is of another namespace or of a kind of key that nobody can check. */
  'unreadable',
  /** No line of the allowed signers has the key. */
  'unknown key',
  /** A line has it, and says that it is not valid then, or not for this. */
  'key not valid',
] as const;
export type StatementFault = (typeof statementFaults)[number];

/** A statement as it was found on record, with the signature looked at. */
export interface SeenStatement {
  /** Name of the record's file. */
  readonly name: string;
  /** Digest of the record. */
  readonly record: string;
  /** Null where the record holds none that can be read. */
  readonly statement: ApprovalStatement | null;
  /** Null when the signature holds. */
  readonly fault: StatementFault | null;
  /** What is wrong, in words; null when the signature holds. Signed in whose name, is found out by the key. */
  readonly problem: string | null;
  /** Who signed, by the allowed signers; null where they do not know the key. */
  readonly principal: string | null;
  /** The same for all names and keys of one person. */
  readonly person: string | null;
  readonly fingerprint: string | null;
  /** Roles that the policy lets this person sign for. */
  readonly roles: readonly string[];
}

/** Everybody whom the allowed signers know may sign as this: it is asked of no level of risk, and counts as a second person. */
export const openRole = 'approver';

/** What the policy says of approvals. */
export interface ApprovalTerms {
  /** Principals by role, as `policy.roles` names them. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** One person may fill several of the roles that are asked for. */
  readonly severalRoles: boolean;
  /** How long each may hold at most. */
  readonly approvalDays: number;
  readonly waiverDays: number;
  readonly breakGlassHours: number;
  /** Within which waivers and breakings of glass are to be looked into. */
  readonly reviewDays: number;
  /** What a person confirms counts only when they signed it. */
  readonly signedConfirmations: boolean;
  /** Waivers of the configuration, which nobody signed, count. */
  readonly unsignedWaivers: boolean;
}

/** What a statement has to be bound to, to count now. */
export interface ApprovedChange {
  readonly target: string | null;
  readonly tier: number;
  readonly changeDigest: string;
  readonly migrations: readonly string[];
  /** Of the newest green rehearsal that is on record and intact. */
  readonly rehearsalDigest: string | null;
  readonly rehearsalAsked: boolean;
  readonly policyDigest: string;
  readonly noRollbackDigest: string | null;
}

/** Who wrote the files of a change, as git tells. */
export interface ChangeAuthors {
  /** Null when they are known; else why not: no repository, uncommitted changes, a shallow clone, … */
  readonly problem: string | null;
  /** E-mails, `.mailmap` minded, co-authors too. */
  readonly emails: readonly string[];
  /** Persons of the allowed signers that these are. */
  readonly people: readonly string[];
  /** E-mails that no line of the allowed signers has. */
  readonly unknown: readonly string[];
}

/** All that is known when somebody asks whether a change is approved; whoever has it can judge again. */
export interface ApprovalFacts {
  readonly change: ApprovedChange;
  readonly terms: ApprovalTerms;
  readonly demanded: readonly { readonly role: string; readonly count: number }[];
  readonly secondApprover: boolean;
  readonly authors: ChangeAuthors;
  readonly statements: readonly SeenStatement[];
  /** Why the file of allowed signers tells nothing; null when it does. */
  readonly signersProblem: string | null;
}

/** How a statement stands towards the change at hand. */
export interface WeighedStatement {
  readonly record: string;
  readonly kind: StatementKind;
  readonly target: string;
  readonly role: string | null;
  readonly gate: string | null;
  readonly by: string | null;
  readonly grantedAt: string;
  readonly expiresAt: string | null;
  readonly reason: string | null;
  /** Null when it counts; else why it does not, in words. */
  readonly fault: string | null;
  readonly migrations: readonly string[];
}

/** What `lockkeeper approve list` shows. */
export interface ApprovalListReport {
  readonly kind: 'approvals';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly target: string;
  readonly tier: number;
  /** Null where nothing is to be applied. */
  readonly changeDigest: string | null;
  readonly migrations: readonly string[];
  readonly demanded: readonly { readonly role: string; readonly count: number }[];
  readonly secondApprover: boolean;
  /** What is still lacking, in words; empty when all is given. */
  readonly lacking: readonly string[];
  readonly authors: ChangeAuthors;
  readonly statements: readonly WeighedStatement[];
  readonly reviews: readonly DueReview[];
  readonly notes: readonly string[];
}

/** Somebody went past a gate, and has not been asked about it yet. */
export interface DueReview {
  /** Digest of the record of the waiver, or of the breaking of glass. */
  readonly record: string;
  readonly kind: 'waiver' | 'break-glass';
  readonly target: string;
  readonly by: string | null;
  readonly reason: string | null;
  readonly grantedAt: string;
  /** ISO 8601, UTC. */
  readonly dueAt: string;
  readonly overdue: boolean;
}

/** What whoever signs has before them. */
export interface ApprovalDraft {
  readonly kind: 'approval-draft';
  readonly statement: ApprovalStatement;
  readonly signer: Signer;
  /** Who makes the signature: `ssh-keygen (OpenSSH_9.2p1)`, or lockkeeper itself. */
  readonly program: string;
  readonly tier: number | null;
  readonly migrations: readonly {
    readonly id: string;
    readonly path: string;
    readonly risk: Complexity;
    /** Why it is no lower. */
    readonly reasons: readonly string[];
    readonly reversibility: string;
  }[];
  readonly rehearsal: RehearsalFigures | null;
  /** What is lacking before this is signed. */
  readonly lacking: readonly string[];
  readonly notes: readonly string[];
}

/** A rehearsal in a few figures. */
export interface RehearsalFigures {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly serverVersion: string;
  readonly data: 'none' | 'file' | 'filled';
  readonly durationMs: number;
  /** The lock that stops most, by how long it was held; null where none stopped traffic. */
  readonly longestLock: { readonly relation: string; readonly mode: string; readonly heldMs: number } | null;
  /** What traffic felt; null where there was none. */
  readonly longestStallMs: number | null;
  readonly walBytes: number;
  readonly errors: number;
  readonly warnings: number;
}
