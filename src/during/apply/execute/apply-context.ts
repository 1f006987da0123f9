import type { Lease } from '../../../foundation/ledger/lease.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { Clock } from '../../../foundation/runtime/clock.js';
import type { ApplyPlan } from '../../../model/apply-plan.js';
import type { AbortReason, RunEvent } from '../../../model/apply-run.js';
import type { JsonValue } from '../../../model/json.js';
import type { RunOrigin } from '../../../model/ledger.js';

/** An event as it is made; its date is added on the way. */
export type UndatedEvent = RunEvent extends infer Event ? (Event extends RunEvent ? Omit<Event, 'at'> : never) : never;

/** Asked again and again while a step runs; the first reason ends it. */
export type AbortCheck = (stepId: string) => Promise<AbortReason | null>;

/** Everything that running a plan needs of the world. */
export interface ApplyContext {
  readonly runId: string;
  /** What the ledger keeps of the run itself. */
  readonly about: RunOrigin;
  readonly plan: ApplyPlan;
  readonly lease: Lease;
  /** A new session to the target's primary, around any pooler where there is such a way. */
  readonly connect: (applicationName: string) => Promise<Session>;
  /** Sessions to standbys, for what replayed locks do there. */
  readonly connectReplicas: () => Promise<readonly Session[]>;
  /** Role that the change is applied as; null: whoever logs in. */
  readonly role: string | null;
  /** Writes what the team's own tool would, on the given session and inside its transaction, where one is open. */
  readonly recordMigration: (migrationId: string, session: Session, durationMs: number) => Promise<void>;
  /**
   * The backend that holds the lock of the team's tool, where whoever waits for that lock has a snapshot meanwhile, which
   * a concurrent build would wait for; null where nobody could.
   */
  readonly gatekeeper: number | null;
  /** Steps that an earlier runner began and of which nobody knows: they are probed before they are tried. */
  readonly begun: ReadonlySet<string>;
  /** What the ledger keeps of a migration once it is applied: the digests of its files. */
  readonly factsOf: (migrationId: string) => JsonValue;
  readonly abortChecks: readonly AbortCheck[];
  readonly clock: Clock;
  /** 0 to 1, for the jitter of waits. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: UndatedEvent) => void;
}
