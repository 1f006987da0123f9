import type { CheckReport } from './check.js';
import type { ControlReport, FilledChecklist } from './controls.js';
import type { RecordHeader, RecordKind } from './evidence-record.js';
import type { JsonValue } from './json.js';
import type { SourceFile } from './migration.js';

/** Dead Simple Signing Envelope, as its specification has it: `payload` and `sig` are base64. */
export interface DsseEnvelope {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** An in-toto Statement, version 1. */
export interface InTotoStatement<Predicate> {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[];
  readonly predicateType: string;
  readonly predicate: Predicate;
}

/** All that the digest of a change is made of: who has it can compute that again, file by file. */
export interface ChangeContent {
  readonly transactionScope: string;
  readonly placeholders: Readonly<Record<string, string>>;
  readonly migrations: readonly {
    readonly id: string;
    readonly path: string;
    readonly transactionMode: string;
    readonly down: { readonly path: string; readonly transactionMode: string } | null;
    readonly sources: readonly SourceFile[];
  }[];
}

/** Body of a `check` record: the judgement, and of what exactly. */
export interface CheckRecord extends CheckReport {
  /** Name of the target that it was judged for; null where a connection string was given. */
  readonly target: string | null;
  /** Null where the configuration puts secrets into the text: then only the digest is known. */
  readonly content: ChangeContent | null;
  readonly compatibility: Compatibility;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** What had to fit together when a change was judged: server, extensions, and those who talk to it. */
export interface Compatibility {
  readonly server: { readonly version: string; readonly major: number } | null;
  /** Installed ones, with their versions; null where they were not read. */
  readonly extensions: readonly { readonly name: string; readonly version: string }[] | null;
  /** Who is connected, as pg_stat_activity names it, with how many sessions; null where nobody looked. */
  readonly clients:
    | readonly { readonly application: string; readonly user: string | null; readonly sessions: number }[]
    | null;
  /** Drivers that the project's manifests and lock files name. */
  readonly drivers: readonly {
    /** Name of the file. */
    readonly manifest: string;
    readonly name: string;
    /** As the file asks for it; null where it does not, as lock files. */
    readonly wanted: string | null;
    /** The exact version, by what is installed or locked; null where nobody knows. */
    readonly installed: string | null;
  }[];
}

/** In which shape a record's content is in a bundle. `left out`: it is there for the chain alone, and is of another change. */
export type BundledContent = 'whole' | 'redacted' | 'left out';

export interface BundledRecord {
  /** Name of its file. */
  readonly name: string;
  readonly digest: string;
  readonly header: RecordHeader;
  readonly content: BundledContent;
  /** Null when it is left out. */
  readonly body: JsonValue;
}

/** What a bundle is divided into. */
export const evidenceSections = [
  'classification',
  'preflight',
  'rehearsal',
  'rollback readiness',
  'approvals and waivers',
  'execution',
  'validation',
  'verification',
  'watch',
  'review',
  'confirmations',
] as const;
export type EvidenceSection = (typeof evidenceSections)[number];

/** Something that was decided, by a machine or a person. */
export interface Decision {
  readonly at: string;
  readonly what: string;
  /** Null where the tool decided by its rules. */
  readonly by: string | null;
  readonly why: string | null;
  readonly record: string;
}

/** An entry of a target's ledger that names the newest records of its time. */
export interface BundledAnchor {
  readonly entry: number;
  readonly runId: string;
  readonly at: string;
  /** Digests of records. */
  readonly heads: readonly string[];
}

/** The predicate of a bundle: everything that is on record about one change. */
export interface ChangeEvidence {
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly exportedAt: string;
  readonly change: {
    readonly digest: string;
    readonly target: string | null;
    readonly migrations: readonly string[];
    readonly content: ChangeContent | null;
  };
  /** Whether values in SQL, and the details of server messages, were taken out. Credentials always are. */
  readonly redacted: boolean;
  readonly compatibility: Compatibility | null;
  /** In the order of their names, which begin with their times. */
  readonly records: readonly BundledRecord[];
  /** Digests of the records of each section, in the same order. */
  readonly sections: Readonly<Record<EvidenceSection, readonly string[]>>;
  readonly decisions: readonly Decision[];
  /** Digests of the records that no other names. */
  readonly heads: readonly string[];
  /** Of the target's ledger; null where no target was asked. */
  readonly anchors: readonly BundledAnchor[] | null;
  readonly controls: ControlReport;
}

export type EvidenceStatement = InTotoStatement<ChangeEvidence>;

/** What does not hold, and where. */
export interface EvidenceProblem {
  readonly about: 'envelope' | 'migration' | 'record' | 'chain' | 'anchor' | 'approval' | 'author' | 'confirmation';
  /** Name of the record's file, path of a migration, or of the bundle. */
  readonly place: string;
  /** The field that is wrong; null where the whole is. */
  readonly field: string | null;
  readonly message: string;
}

/** What `lockkeeper evidence verify` reports. */
export interface EvidenceVerifyReport {
  readonly kind: 'evidence-verify';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  /** `bundle`: a file; `folder`: the records themselves. */
  readonly source: 'bundle' | 'folder';
  readonly path: string;
  readonly verdict: 'verified' | 'not verified';
  readonly changeDigest: string | null;
  readonly records: {
    readonly total: number;
    readonly whole: number;
    readonly redacted: number;
    readonly leftOut: number;
  };
  /** Who signed the bundle; null for a folder, and for a bundle that nobody known signed. */
  readonly signedBy: string | null;
  /** Approvals whose signatures hold. */
  readonly approvals: readonly { readonly by: string; readonly role: string; readonly record: string }[];
  /** Confirmations whose signatures hold. */
  readonly confirmations: readonly {
    readonly by: string;
    readonly role: string;
    readonly item: string;
    readonly record: string;
  }[];
  readonly anchors: number;
  readonly problems: readonly EvidenceProblem[];
  /** What could not be checked with what was given. */
  readonly notes: readonly string[];
}

/** What `lockkeeper evidence show` reports. */
export interface EvidenceReport {
  readonly kind: 'evidence';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly evidence: ChangeEvidence;
  readonly checklists: readonly FilledChecklist[];
}

/** Kinds whose records belong to each section; a section may have none. */
export const sectionKinds: Readonly<Record<EvidenceSection, readonly RecordKind[]>> = {
  classification: ['check'],
  preflight: ['preflight'],
  rehearsal: ['rehearsal'],
  'rollback readiness': ['test', 'rollback-proof', 'backup'],
  'approvals and waivers': ['approval'],
  execution: ['apply'],
  validation: ['validation'],
  verification: ['verify'],
  watch: ['watch'],
  review: ['review'],
  confirmations: ['confirmation'],
};
