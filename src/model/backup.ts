import type { Facet, ObjectKind, SchemaFingerprint } from './schema-snapshot.js';

/** One file of a dump, so that a changed byte shows. */
export interface BackupFile {
  /** Relative to the backup's folder, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/**
 * The rows of one table at the moment of the backup.
 * - `checksum`: all rows were counted and summed under the snapshot that was dumped;
 * - `estimate`: the table is too large for that; `rows` is what the server's statistics say, null where they say nothing.
 */
export type BackupTable =
  | {
      readonly counted: 'checksum';
      /** `schema.name`, each part as quote_ident writes it. */
      readonly relation: string;
      /** Sorted by name. */
      readonly columns: readonly string[];
      readonly rows: number;
      /** Sum of the hashes of all rows. */
      readonly checksum: string;
    }
  | { readonly counted: 'estimate'; readonly relation: string; readonly rows: number | null };

/** What stands beside a dump: all that is needed to judge it without the database it is from. */
export interface BackupManifest {
  readonly kind: 'backup-manifest';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  /** ISO 8601, UTC, by this machine's clock: when it was whole. */
  readonly createdAt: string;
  readonly prefix: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Hex digest of the change before which it was made; null where nobody named one. */
  readonly changeDigest: string | null;
  readonly server: { readonly version: string; readonly major: number; readonly host: string; readonly port: number };
  readonly database: { readonly name: string; readonly encoding: string; readonly bytes: number };
  /** What was dumped; `at` is the server's clock, ISO 8601. */
  readonly snapshot: { readonly id: string; readonly at: string; readonly lsn: string; readonly standby: boolean };
  /** A named place in the WAL to recover to; null where none could be made, and `why` says the reason. */
  readonly restorePoint: { readonly name: string | null; readonly lsn: string | null; readonly why: string | null };
  readonly dump: {
    readonly format: 'custom' | 'directory';
    readonly schemaOnly: boolean;
    readonly jobs: number;
    /** As the program says it. */
    readonly tool: string;
    /** For which the oldest rows were kept from vacuum, too. */
    readonly durationMs: number;
  };
  readonly fingerprint: SchemaFingerprint;
  /** Roles that the database's objects name, without the server's own. */
  readonly roles: readonly string[];
  readonly extensions: readonly string[];
  /** Empty for a dump of the schema alone. */
  readonly tables: readonly BackupTable[];
  readonly files: readonly BackupFile[];
}

/** A backup in the list that lies in the evidence folder. Times are ISO 8601, UTC. */
export interface BackupEntry {
  readonly createdAt: string;
  /** When all that could be compared after a restore was found equal; null while nobody did. */
  readonly verifiedAt: string | null;
  /** When it was last restored without an error, to a stage or for good. */
  readonly restoredAt: string | null;
  /** `key=value` pairs, parted by a comma and a blank; null without any. */
  readonly label: string | null;
  readonly prefix: string;
  /** All files of the dump. */
  readonly bytes: number;
  /** Whether only the schema is in it. */
  readonly schemaOnly: boolean;
  readonly database: string;
  /** `host:port`. */
  readonly server: string;
  /** Absolute path of the backup's folder. */
  readonly path: string;
  readonly changeDigest: string | null;
}

interface ReportHead {
  readonly kind: 'backup';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
}

export interface BackupCreateReport extends ReportHead {
  readonly action: 'create';
  readonly backup: BackupEntry;
  readonly manifest: BackupManifest;
  readonly warnings: readonly string[];
}

/** An object that is not as it was backed up. What it is like stands in neither place: definitions can hold data. */
export interface BackupDifference {
  readonly change: 'added' | 'removed' | 'changed';
  readonly kind: ObjectKind;
  readonly identity: string;
  /** In which it differs; none for an object that only one side has. */
  readonly facets: readonly Facet[];
}

export const backupCheckIds = ['files', 'listing', 'restore', 'schema', 'rows'] as const;
export type BackupCheckId = (typeof backupCheckIds)[number];
export const backupOutcomes = ['passed', 'failed', 'inconclusive', 'skipped'] as const;
export type BackupOutcome = (typeof backupOutcomes)[number];

export interface BackupCheck {
  readonly id: BackupCheckId;
  readonly outcome: BackupOutcome;
  /** What was found, with its figures. */
  readonly detail: string;
  readonly durationMs: number;
}

export interface BackupVerifyReport extends ReportHead {
  readonly action: 'verify';
  readonly backup: BackupEntry;
  /** `passed` only when everything was done and nothing differed. */
  readonly verdict: 'passed' | 'failed' | 'inconclusive';
  readonly checks: readonly BackupCheck[];
  /** Of the restored schema, from what the backup recorded; `physical` and `position` do not decide. */
  readonly differences: readonly BackupDifference[];
  /** Facets that decide. */
  readonly facets: readonly Facet[];
  /** Tables whose rows are not those that were backed up, in words. */
  readonly rowDifferences: readonly string[];
  /** Tables that are restored, but were too large to be compared row by row. */
  readonly notCompared: readonly string[];
}

export interface ListedBackup extends BackupEntry {
  /** Its folder and manifest are where the list says. */
  readonly present: boolean;
  readonly ageMs: number;
}

export interface BackupListReport extends ReportHead {
  readonly action: 'list';
  readonly backups: readonly ListedBackup[];
}

export interface BackupRestoreReport extends ReportHead {
  readonly action: 'restore';
  readonly backup: BackupEntry;
  readonly server: { readonly version: string; readonly major: number };
  /** The database that was restored into. */
  readonly database: string;
  readonly clean: boolean;
  /** What other sessions were ended for it. */
  readonly disconnected: number;
  /** False when somebody said no. */
  readonly restored: boolean;
  /** What the database has now that the backup does not know, or has otherwise; empty when nothing was restored. */
  readonly differences: readonly BackupDifference[];
  readonly durationMs: number;
}

export interface BackupPruneReport extends ReportHead {
  readonly action: 'prune';
  /** Those that go, oldest first. */
  readonly backups: readonly ListedBackup[];
  readonly kept: number;
  /** False when somebody said no, or nothing was to go. */
  readonly pruned: boolean;
}

/** What `lockkeeper backup` reports, by its action. */
export type BackupReport =
  | BackupCreateReport
  | BackupVerifyReport
  | BackupListReport
  | BackupRestoreReport
  | BackupPruneReport;
