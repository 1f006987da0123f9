import type { Session } from '../../foundation/postgres/session.js';
import type { Clock } from '../../foundation/runtime/clock.js';
import type { AppliedHistory } from '../../foundation/history/applied-history.js';
import type { ApplyPlan } from '../../model/apply-plan.js';
import type { ApprovalFacts } from '../../model/approval.js';
import type { MigrationClassification } from '../../model/classification.js';
import type { JsonValue } from '../../model/json.js';
import type { Migration } from '../../model/migration.js';
import type { RehearsedStructure, Rehearsal } from '../../model/rehearsal.js';
import type { DeclaredNoRollback } from '../../model/rollback-story.js';
import type { TestReport } from '../../model/test-report.js';
import type { HealthProbe, MaintenanceWindow, MetricProbe } from '../../model/target-settings.js';

/** What gates may look at. */
export interface GateContext {
  /** Idle, on the target's primary, as the role that will apply the change or watch it. */
  readonly session: Session;
  /** Idle sessions on the configured standbys, in their order; null where one cannot be reached. */
  readonly replicas: readonly {
    readonly name: string;
    readonly session: Session | null;
    readonly problem: string | null;
  }[];
  readonly target: GateTarget;
  readonly change: GateChange;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Runs a command that the configuration names, without a shell's echo of secrets; rejects never, a failure is a result. */
  readonly runCommand: (command: string, timeoutMs: number) => Promise<CommandResult>;
  /** HTTP GET of a configured URL. */
  readonly fetchText: (url: string, timeoutMs: number) => Promise<FetchResult>;
  /** Absolute path of the folder of the records. */
  readonly evidenceDir: string;
  /** Reads a file of the project, relative to its configuration; null where it is missing. */
  readonly readFile: (path: string) => Promise<string | null>;
}

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface FetchResult {
  /** Null when no answer came. */
  readonly status: number | null;
  readonly body: string;
  readonly problem: string | null;
  readonly durationMs: number;
}

/** The target's part of the configuration, as gates need it. */
export interface GateTarget {
  readonly name: string | null;
  readonly tier: number;
  readonly url: string;
  /** Past a pooler; null where the configuration names none. */
  readonly directUrl: string | null;
  /** The role that the change is applied as (SET ROLE); null for the one that connects. */
  readonly role: string | null;
  readonly window: MaintenanceWindow | null;
  readonly metrics: Readonly<Record<string, MetricProbe>>;
  readonly health: HealthProbe | null;
}

/** What is going to be done. */
export interface GateChange {
  readonly migrations: readonly Migration[];
  readonly classifications: readonly MigrationClassification[];
  readonly plan: ApplyPlan;
  readonly changeDigest: string;
  /** Relations that existed before and that the change locks, rewrites or scans. */
  readonly touched: readonly TouchedRelation[];
  readonly history: AppliedHistory | null;
  /** The newest rehearsal of the same change digest; null when there is none. */
  readonly rehearsal: Rehearsal | null;
  /** The newest test of the ways back of the same change digest; null when there is none. */
  readonly rollbackTest: TestReport | null;
  /** How the way back that is to be run was proved; null where it was not, and for a change that leads forward. */
  readonly provedWayBack: ProvedWayBack | null;
  /** How long that way back took when it was tried last; null where nobody measured it, and for a change that leads forward. */
  readonly wayBackMs: number | null;
  /** What files declare to have no way back, by the migration's id. */
  readonly declaredNoRollback: Readonly<Record<string, DeclaredNoRollback>>;
  /** What is on record of approvals, with all that they are judged by; read once. */
  readonly approvals: () => Promise<ApprovalFacts>;
}

export interface ProvedWayBack {
  /** ISO 8601. */
  readonly provedAt: string;
  readonly major: number;
  /** Of what it touches, as it was before the way back was run; null in records that do not tell. */
  readonly structure: RehearsedStructure | null;
}

export interface TouchedRelation {
  /** `schema.name`, each part as quote_ident writes it. */
  readonly relation: string;
  readonly kind: string;
  /** The strongest lock that the change asks for. */
  readonly mode: string;
  readonly rewritten: boolean;
  readonly scanned: boolean;
}

/** What the project demands; settings of one gate stand under its id in `policy.gates`. */
export interface GatePolicy {
  readonly tier: number;
  /** Settings of the gate that is asked. */
  readonly settings: Readonly<Record<string, JsonValue>>;
  /** Now, for ages. */
  readonly now: Date;
  /** What the tier demands (`restore proof`, `second approver`, …). */
  readonly controls: readonly string[];
}
