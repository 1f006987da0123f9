import type { MigrationTrace } from './trace.js';

export type Severity = 'info' | 'warning' | 'error';

/** A judgement about the change: data, never an exception. */
export interface Finding {
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
  readonly path: string;
  readonly line: number;
}

export interface ServerFacts {
  /** As server_version prints it. */
  readonly version: string;
  readonly major: number;
  readonly source: 'embedded' | 'installed' | 'stage-url';
}

export interface StageFacts {
  readonly historyMigrations: number;
  readonly historyMs: number;
  readonly data: 'none' | 'file' | 'filled';
  readonly rowsPerTable: number | null;
  readonly schemaFrom: boolean;
  readonly role: string | null;
  readonly rolesCreated: readonly string[];
  readonly standby: boolean;
  readonly trafficPerSecond: number | null;
}

/** `inconclusive`: the stage lacks something the change needs (an extension), so nothing can be said. */
export type RehearsalVerdict = 'passed' | 'failed' | 'inconclusive';

/**
 * The structure of what a rehearsal touched, as it was before: so that it can be told later whether a target has the same.
 * Comparable between servers of one major.
 */
export interface RehearsedStructure {
  /** Names of the relations that existed before and that the change locked, in whatever mode. */
  readonly relations: readonly string[];
  /** Digests by key (`table public.users`): the relations with all that is part of them, and what depends on them. */
  readonly objects: Readonly<Record<string, string>>;
  /** Those of them that are partitions, which come and go with the calendar. */
  readonly partitions: Readonly<Record<string, string>>;
  /** Digest of everything else. */
  readonly rest: string;
}

export interface Rehearsal {
  readonly kind: 'rehearsal';
  /** Version of this report's format. */
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: ServerFacts;
  readonly stage: StageFacts;
  readonly project: { readonly format: string; readonly path: string };
  readonly verdict: RehearsalVerdict;
  /** Why it is inconclusive; empty otherwise. */
  readonly inconclusive: readonly string[];
  readonly migrations: readonly MigrationTrace[];
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
  readonly changeDigest: string;
  /** Null where no change ran. */
  readonly structure: RehearsedStructure | null;
  readonly startedAt: string;
  readonly durationMs: number;
}
