import type { JsonValue } from './json.js';
import type { Complexity } from './migration.js';

/** `unknown` never counts as a pass: it blocks until somebody says, by name and until when, that they take the risk. */
export type GateVerdict = 'pass' | 'warn' | 'block' | 'unknown';

/** Somebody takes the risk of one gate on one target. */
export interface Waiver {
  readonly gate: string;
  readonly target: string;
  readonly by: string;
  readonly reason: string;
  /** ISO 8601 dates. */
  readonly grantedAt: string;
  readonly expiresAt: string;
  /** Digest of the record that holds its signature; lacking where it stands in the configuration, and nobody signed it. */
  readonly record?: string;
}

export interface GateDecision {
  readonly verdict: GateVerdict;
  /** What was found, in one sentence with its figures. */
  readonly reason: string;
  /** What to do about it; null when it passes. */
  readonly remedy: string | null;
}

/** One precondition, with all that is needed to judge it again later. */
export interface GateResult extends GateDecision {
  readonly id: string;
  readonly title: string;
  /** What was read, before anybody judged it. */
  readonly observation: JsonValue;
  /** The waiver that lets it through; its verdict stays as it is. */
  readonly waiver: Waiver | null;
  readonly durationMs: number;
}

/** What `lockkeeper preflight` says. */
export interface PreflightReport {
  readonly kind: 'preflight';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: { readonly major: number; readonly version: string };
  /** Name of the configured target; null when a connection string was given. */
  readonly target: string | null;
  readonly tier: number;
  readonly migrations: readonly { readonly id: string; readonly path: string; readonly risk: Complexity }[];
  readonly changeDigest: string;
  readonly gates: readonly GateResult[];
  /** `block` when a gate blocks or is unknown, and nobody waived it. */
  readonly verdict: 'pass' | 'warn' | 'block';
  readonly notes: readonly string[];
  readonly startedAt: string;
  readonly durationMs: number;
}
