import type { Signer } from './approval.js';

/** Something that no server and no file shows: a person says that it is so. */
export interface ConfirmableItem {
  /** Kebab-case, for ever. */
  readonly id: string;
  /** What is confirmed, as a statement. */
  readonly title: string;
  /** Who is asked for it, where the team says nothing else. */
  readonly role: string;
  readonly phase: ChangePhase;
  /** What the note should say (`the ticket's number`); null where a note is only a remark. */
  readonly note: string | null;
}

export const changePhases = ['before', 'during', 'after', 'back'] as const;
export type ChangePhase = (typeof changePhases)[number];

/** What `lockkeeper confirm` writes down. */
export interface ConfirmationReport {
  readonly kind: 'confirmation';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly changeDigest: string;
  /** Name of the configured target; null where it is said of no particular one. */
  readonly target: string | null;
  readonly item: string;
  readonly title: string;
  /** False: somebody says that it was not, or does not concern the change (`notApplicable`). */
  readonly state: 'done' | 'not applicable';
  /** In which role they speak. */
  readonly role: string;
  readonly by: ConfirmingPerson;
  readonly note: string | null;
  /** When it was done, as they say; ISO 8601. */
  readonly at: string;
  /** Null: nobody signed it, and it is no more than what a machine wrote down. */
  readonly signed: ConfirmationSignature | null;
}

/** Somebody stands for a confirmation with their key. */
export interface ConfirmationSignature {
  /** Of everything that is said; the signature is of this digest and of the item, the change, the role and the time. */
  readonly digest: string;
  readonly signer: Signer;
  /** SSHSIG, armoured, namespace `lockkeeper`. */
  readonly signature: string;
}

/** As the machine knows them: what git calls them, and who is logged in. */
export interface ConfirmingPerson {
  /** `Name <mail>`; null where git knows none. */
  readonly git: string | null;
  readonly osUser: string;
  readonly host: string;
}

/** What `lockkeeper confirm --list` shows. */
export interface ConfirmableReport {
  readonly kind: 'confirmable';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  /** Null where no change is on record. */
  readonly changeDigest: string | null;
  readonly items: readonly (ConfirmableItem & {
    /** Said last; null while nobody did. */
    readonly confirmed: Pick<ConfirmationReport, 'by' | 'role' | 'note' | 'at' | 'state' | 'signed'> | null;
  })[];
}
