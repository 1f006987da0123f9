import type { Assessment, Concern } from '../../model/classification.js';
import type { Complexity } from '../../model/migration.js';
import type { Severity } from '../../model/rehearsal.js';
import { defaultApprovals, defaultControls } from './assessment/required-controls.js';

/** Findings that the configuration silences, by path and rule. */
export interface IgnoredFindings {
  /** Globs over paths as reports show them. */
  readonly paths: readonly string[];
  /** Rule ids; `*` for all. */
  readonly rules: readonly string[];
  readonly reason: string;
}

/** What a project decided about its rules; the same for every statement. */
export interface Policy {
  /** Tables up to this many rows and bytes are small: a short lock on them is no incident. */
  readonly smallTable: { readonly rows: number; readonly bytes: number };
  /** Tables from this many rows on count as large in the assessment. */
  readonly largeTableRows: number;
  /** Whoever runs the migrations sets lock_timeout and statement_timeout, so scripts need not. */
  readonly runnerSetsTimeouts: boolean;
  /** The longest lock_timeout that still protects traffic, in milliseconds. */
  readonly longestLockTimeoutMs: number;
  /** Schemas that unqualified names may mean. */
  readonly schemas: readonly string[];
  /** Rules whose severity the project changed, by id. */
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  readonly ignored: readonly IgnoredFindings[];
  /** Fingerprints of findings that were accepted before. */
  readonly accepted: ReadonlySet<string>;
  /** Concerns that are judged unless a rule is switched on or off by itself. */
  readonly concerns: ReadonlySet<Concern>;
  /** How critical the target is, 0 the most; null when no target is named. */
  readonly tier: number | null;
  /** What each tier demands. */
  readonly controls: Readonly<Record<number, readonly string[]>>;
  /** Who signs at which level of risk. */
  readonly approvals: Readonly<Record<Complexity, Assessment['approvals']>>;
}

/** What holds where a project says nothing: taste is not judged. */
export const defaultPolicy: Policy = {
  smallTable: { rows: 10_000, bytes: 16 * 1024 * 1024 },
  largeTableRows: 1_000_000,
  runnerSetsTimeouts: false,
  longestLockTimeoutMs: 10_000,
  schemas: ['public'],
  severities: new Map(),
  ignored: [],
  accepted: new Set(),
  concerns: new Set(['availability', 'data', 'compatibility']),
  tier: null,
  controls: defaultControls,
  approvals: defaultApprovals,
};

/** The severity at which a rule is judged; null when it is off. */
export function severityOf(
  rule: { readonly id: string; readonly concern: Concern; readonly severity: Severity },
  policy: Policy,
): Severity | null {
  const chosen = policy.severities.get(rule.id);
  if (chosen === 'off') return null;
  if (chosen !== undefined) return chosen;
  return policy.concerns.has(rule.concern) ? rule.severity : null;
}
