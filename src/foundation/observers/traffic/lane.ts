import type { TrafficTrace } from '../../../model/trace.js';
import { asServerError } from '../../postgres/server-error.js';
import type { Session } from '../../postgres/session.js';
import { qualifiedName } from '../../sql/quote-identifier.js';
import { RequestLog, type TrafficRequest } from './request-log.js';
import { resolveStatement, type TrafficRelation } from './resolve-statement.js';
import type { SessionPool } from './session-pool.js';

export interface LaneOptions {
  readonly relation: TrafficRelation;
  readonly operation: TrafficTrace['operation'];
  readonly pool: SessionPool;
  /** The most requests that run at once. */
  readonly width: number;
  readonly intervalMs: number;
  readonly firstAt: number;
}

const retryResolveMs = 250;
/** Requests that queue behind a lock beyond this number are not sent afterwards, but ended when the queue moves. */
const longestQueue = 200;

/** The requests of one kind on one relation: intended on a fixed schedule, sent as soon as the lane has a session. */
export class Lane {
  readonly relation: string;
  readonly operation: TrafficTrace['operation'];
  readonly log = new RequestLog();
  readonly #options: LaneOptions;
  #queue: TrafficRequest[] = [];
  #running = 0;
  #nextAt: number;
  #sql: string | null = null;
  #resolvedAt = Number.NEGATIVE_INFINITY;
  #stopped = false;
  #unsuitable: string | null = null;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#nextAt = options.firstAt;
    this.operation = options.operation;
    this.relation = qualifiedName(options.relation.schema, options.relation.name);
  }

  /** Why the relation takes no such requests; null if it does. */
  get unsuitable(): string | null {
    return this.#unsuitable;
  }

  get nextAt(): number {
    return this.#unsuitable === null ? this.#nextAt : Number.POSITIVE_INFINITY;
  }

  stop(): void {
    this.#stopped = true;
    this.#queue = [];
  }

  /** Resolves the statement and plans it once, so that the first request does not pay for cold caches. */
  async prepare(): Promise<void> {
    const session = this.#options.pool.take();
    if (session === null) return;
    try {
      await this.#resolve(session);
      if (this.#sql !== null) await session.query(`EXPLAIN ${this.#sql}`);
    } finally {
      this.#options.pool.giveBack(session);
    }
  }

  /** Intends all requests that are due by `now`; late timers catch up without shifting the schedule. */
  intendDue(now: number): void {
    if (this.#stopped || this.#unsuitable !== null) return;
    while (this.#nextAt <= now) {
      const intendedAt = this.#nextAt;
      this.#nextAt += this.#options.intervalMs;
      if (this.#sql !== null) this.#queue.push(this.log.intend(intendedAt));
    }
    if (this.#sql === null && now - this.#resolvedAt >= retryResolveMs) this.#resolveInBackground();
    this.#send();
  }

  #send(): void {
    while (!this.#stopped && this.#queue.length > 0 && this.#running < this.#options.width) {
      const session = this.#options.pool.take();
      if (session === null) return;
      const request = this.#queue.shift() as TrafficRequest;
      this.#running += 1;
      void this.#perform(session, request).finally(() => {
        this.#running -= 1;
        this.#options.pool.giveBack(session);
        this.#shortenQueue();
        this.#send();
      });
    }
  }

  async #perform(session: Session, request: TrafficRequest): Promise<void> {
    try {
      await session.query(this.#sql as string);
      request.endedAt = performance.now();
    } catch (error) {
      request.endedAt = performance.now();
      request.failed = true;
      request.cancelledByRecovery = this.operation === 'standby read' && isRecoveryConflict(error);
      if (isUnknownName(error) && !session.closed) await this.#resolve(session).catch(() => undefined);
    }
  }

  /** A queue of minutes would fall on the server at once when the lock goes; its requests would be served about now. */
  #shortenQueue(): void {
    const now = performance.now();
    for (const request of this.#queue.splice(0, this.#queue.length - longestQueue)) request.endedAt = now;
  }

  #resolveInBackground(): void {
    const session = this.#options.pool.take();
    if (session === null) return;
    void this.#resolve(session)
      .catch(() => undefined)
      .finally(() => this.#options.pool.giveBack(session));
  }

  /** A relation that is gone keeps its last statement: its application would go on sending it, and fail. */
  async #resolve(session: Session): Promise<void> {
    const now = performance.now();
    if (now - this.#resolvedAt < retryResolveMs) return;
    this.#resolvedAt = now;
    const operation = this.operation === 'write' ? 'write' : 'read';
    const resolved = await resolveStatement(session, this.#options.relation, operation);
    if (resolved.kind === 'statement') this.#sql = resolved.sql;
    if (resolved.kind === 'unsuitable') this.#unsuitable = resolved.reason;
  }
}

/** undefined_table, undefined_column, invalid_schema_name. */
function isUnknownName(error: unknown): boolean {
  return ['42P01', '42703', '3F000'].includes(asServerError(error)?.code ?? '');
}

/** serialization_failure is what recovery answers with; 57014 and 57P0x when it ends the query or its session. */
function isRecoveryConflict(error: unknown): boolean {
  const code = asServerError(error)?.code ?? '';
  return code === '40001' || code === '40P01' || code === '57014' || code.startsWith('57P0');
}
