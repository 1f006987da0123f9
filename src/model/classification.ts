import type { Certainty, LockRequest } from './effects.js';
import type { Complexity } from './migration.js';
import type { Finding } from './rehearsal.js';

/** What a hazard endangers: traffic, rows, an application version, or only taste. */
export const concerns = ['availability', 'data', 'compatibility', 'style'] as const;
export type Concern = (typeof concerns)[number];

/** A finding of a rule, placed in the change. */
export interface RuleFinding extends Finding {
  readonly concern: Concern;
  readonly certainty: Certainty;
  readonly title: string;
  readonly column: number;
  readonly endLine: number;
  /** The relation that it is about, as reports name relations; null when there is none. */
  readonly relation: string | null;
  /** SQL that does the same safely, ready to paste; null when there is no general one. */
  readonly instead: string | null;
  /** Why it weighs less here than the rule says: a small table, say. */
  readonly gradedDown: string | null;
  /** Stays the same while lines move: rule, path and the statement's text, for baselines and code scanning. */
  readonly fingerprint: string;
}

export interface StatementClassification {
  readonly sql: string;
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly locks: readonly LockRequest[];
  /** Tables and materialised views that get, or may get, a new file. */
  readonly rewrites: readonly string[];
  /** Tables that are, or may be, read whole because of what the statement is. */
  readonly scans: readonly string[];
  /** Those of the two lists that depend on what is not known. */
  readonly possible: { readonly rewrites: readonly string[]; readonly scans: readonly string[] };
  readonly transactionBlock: 'allowed' | 'refused';
  /** What inside it could not be analysed, in words. */
  readonly unanalysed: readonly string[];
  /** Whether it stops what traffic does on relations that existed before the change. */
  readonly blocks: { readonly reads: boolean; readonly writes: boolean };
  readonly findings: readonly RuleFinding[];
}

/** A finding that a comment, the configuration or the baseline silences. */
export interface SuppressedFinding {
  readonly finding: RuleFinding;
  readonly by: 'comment' | 'config' | 'baseline';
  readonly reason: string;
}

export type Reversibility = 'reversible' | 'reversible with effort' | 'loses data' | 'irreversible';

export const changeKinds = [
  'additive schema change',
  'behavioural schema change',
  'destructive schema change',
  'data migration',
  'dependency change',
  'postgres upgrade',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** Whose code has to be out first. */
export type DeploymentOrder = 'any' | 'database before code' | 'code before database' | 'expand, code, contract';

export interface BlastRadius {
  readonly relations: readonly {
    readonly relation: string;
    /** Estimates of the target; null where no target is known. */
    readonly rows: number | null;
    readonly bytes: number | null;
    /** Views, functions and the like that depend on it. */
    readonly dependents: readonly string[];
    /** Tables tied to it by a foreign key, in either direction. */
    readonly neighbours: readonly string[];
  }[];
  readonly totalBytes: number | null;
}

/** How a change weighs, and what that asks for. */
export interface Assessment {
  readonly kind: ChangeKind;
  readonly complexity: Complexity;
  /** Why it is no lower, the weightiest reason first. */
  readonly reasons: readonly string[];
  readonly expectedDowntime: string;
  readonly reversibility: Reversibility;
  readonly reversibilityReason: string;
  readonly blastRadius: BlastRadius;
  readonly requiredTesting: readonly string[];
  readonly requiredReview: readonly string[];
  readonly requiredDocumentation: readonly string[];
  /** What the target's tier demands besides. */
  readonly tier: number | null;
  readonly controls: readonly string[];
  readonly approvals: readonly { readonly role: string; readonly count: number }[];
  readonly deployment: { readonly order: DeploymentOrder; readonly steps: readonly string[] };
}

export interface MigrationClassification {
  readonly id: string;
  readonly path: string;
  readonly risk: Complexity;
  readonly assessment: Assessment;
  readonly statements: readonly StatementClassification[];
  /** What concerns the file and no single statement. */
  readonly findings: readonly RuleFinding[];
  readonly suppressed: readonly SuppressedFinding[];
}
