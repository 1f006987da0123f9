import type { Parser } from '../sql/parser.js';
import { Answer, toTappedError } from './answer.js';
import type { Frame } from './frames.js';
import type { Link } from './link.js';
import { flushMessage, readReport, readyMessage } from './messages.js';
import { Prepared, type PreparedStatement } from './prepared.js';
import { outcomeOf, type RanStatement, type Watch } from './watch.js';

/**
 * The extended protocol. Messages go to the server in their order and as they are; after each Execute the tap asks for
 * its answer with a Flush, which adds nothing to it, and lets the observers look. The transaction of a pipeline ends
 * only at its Sync, so the locks are still there.
 */
export class ExtendedQuery {
  readonly #link: Link;
  readonly #watch: Watch;
  readonly #prepared: Prepared;
  /** After an error the server ignores everything up to the Sync. */
  #skipping = false;
  /** Statements have run in a transaction that the Sync will end. */
  #inPipeline = false;
  /** The client's own block is open. */
  #inBlock = false;
  /** Nothing has been sent since the server was ready last. */
  #isSynced = true;
  /** The last statement that ran: told when it is clear that it is not the one whose commit fails. */
  #untold: RanStatement | null = null;
  #refused: { readonly statement: PreparedStatement; readonly answer: Answer } | null = null;

  constructor(link: Link, watch: Watch, parser: Parser) {
    this.#prepared = new Prepared(parser);
    this.#link = link;
    this.#watch = watch;
  }

  /** A message of the client that belongs to this protocol. */
  async take(frame: Frame): Promise<void> {
    if (frame.type === 'S') return this.#sync(frame);
    if (this.#skipping) return;
    this.#leaveSync();
    if (frame.type === 'E') return this.#execute(frame);
    if (frame.type !== 'H') await this.#prepared.sent(frame);
    this.#link.upstream.send(frame.bytes);
    await this.#link.upstream.drained();
  }

  /** What the server answers to everything but Execute and Sync. */
  readonly receive = (frame: Frame): 'done' | 'more' => {
    const { outbox } = this.#link;
    switch (frame.type) {
      case '1':
      case '2':
      case '3':
      case 'n':
      case 'T':
        this.#prepared.confirmed();
        outbox.send(frame.bytes);
        return this.#prepared.unanswered === 0 ? 'done' : 'more';
      case 'E':
        this.#refuse(frame);
        outbox.send(frame.bytes);
        return 'done';
      case 'Z':
        // A Sync that went among the rows of a COPY, whose answer an error made necessary after all.
        this.#link.takeStatus(frame);
        this.#skipping = false;
        this.#isSynced = true;
        outbox.send(frame.bytes);
        return 'more';
      case 'N':
      case 'S':
      case 'A':
        this.#link.passUnasked(frame);
        return 'more';
      default:
        outbox.send(frame.bytes);
        return 'more';
    }
  };

  /** Something has been sent since the last Sync. */
  get isInside(): boolean {
    return !this.#isSynced;
  }

  /** Tells what is still untold. */
  finish(): void {
    if (this.#untold !== null) this.#watch.tell(this.#untold);
    this.#untold = null;
  }

  /** A Query or FunctionCall in the middle of a pipeline: it runs in the pipeline's transaction, and ends it. */
  async takeWhole(frame: Frame, sql: string): Promise<void> {
    await this.#settle();
    if (this.#skipping) return;
    const open = this.#inBlock || this.#inPipeline;
    const statement = { sql, via: 'simple' as const, conduct: null, inTransaction: open, canLook: false };
    this.finish();
    const ran = await this.#watch.around(statement, () => this.#link.relay(frame.bytes, { until: 'ready' }));
    this.#watch.tell(ran);
    this.#link.outbox.hold(readyMessage(this.#link.status));
    await this.#becomeReady({ wasOpen: true, failed: ran.error !== null, startedAt: ran.endedAt });
  }

  async #execute(frame: Frame): Promise<void> {
    await this.#settle();
    if (this.#skipping) return;
    const statement = this.#prepared.portal(frame);
    this.finish();
    const ran = await this.#run(statement, () =>
      this.#link.relay(Buffer.concat([frame.bytes, flushMessage]), { until: 'execution' }),
    );
    this.#untold = ran;
    if (ran.error !== null) this.#skipping = true;
    await this.#followTransaction(statement, ran);
    this.#link.outbox.release();
    this.#link.throwIfLost();
  }

  /** Waits until the server has answered what came before, so that an error there is not taken for one of the Execute. */
  async #settle(): Promise<void> {
    if (this.#prepared.unanswered > 0) await this.#link.upstream.ask(flushMessage, this.receive);
    this.#link.throwIfLost();
  }

  #run(statement: PreparedStatement, run: () => Promise<Answer>): Promise<RanStatement> {
    const { conduct } = statement;
    const open = this.#inBlock || this.#inPipeline;
    const inTransaction = open || (conduct?.commitsItself !== true && conduct?.isSetting !== true);
    const canLook = inTransaction && conduct?.isSetting !== true && this.#link.status !== 'E';
    return this.#watch.around({ sql: statement.sql, via: 'extended', conduct, inTransaction, canLook }, run);
  }

  async #followTransaction({ conduct }: PreparedStatement, ran: RanStatement): Promise<void> {
    const control = conduct?.control ?? null;
    if (ran.error !== null) this.#inPipeline ||= !this.#inBlock;
    else if (control === 'begin') this.#enterBlock();
    else if (control === 'commit' || control === 'rollback') {
      await this.#ended(outcomeOf(ran), ran.startedAt);
      this.#inBlock = conduct?.chains === true;
      this.#inPipeline = false;
    } else if (!ran.inTransaction) await this.#ended('committed', ran.endedAt);
    else if (!this.#inBlock) this.#inPipeline = true;
  }

  #enterBlock(): void {
    this.#inBlock = true;
    this.#inPipeline = false;
  }

  /** Ends the pipeline: the server commits what is not in a block, and says so when it is ready again. */
  async #sync(frame: Frame): Promise<void> {
    const startedAt = performance.now();
    const { upstream } = this.#link;
    await upstream.ask(frame.bytes, (reply) => {
      if (reply.type !== 'Z') {
        this.receive(reply);
        return 'more';
      }
      this.#link.takeStatus(reply);
      this.#link.outbox.hold(reply.bytes);
      return 'done';
    });
    await this.#tellRefused();
    const wasOpen = this.#inBlock || this.#inPipeline;
    await this.#becomeReady({ wasOpen, failed: this.#skipping, startedAt });
  }

  async #becomeReady(end: {
    readonly wasOpen: boolean;
    readonly failed: boolean;
    readonly startedAt: number;
  }): Promise<void> {
    this.finish();
    this.#skipping = false;
    this.#inPipeline = false;
    this.#isSynced = true;
    if (end.wasOpen && this.#link.status === 'I')
      await this.#ended(end.failed ? 'rolled-back' : 'committed', end.startedAt);
    this.#link.outbox.release();
    this.#link.throwIfLost();
  }

  #leaveSync(): void {
    if (!this.#isSynced) return;
    this.#isSynced = false;
    this.#inBlock = this.#link.status !== 'I';
  }

  #refuse(frame: Frame): void {
    this.#skipping = true;
    const error = toTappedError(readReport(frame.body));
    if (this.#prepared.unanswered === 0 && this.#untold !== null) {
      this.#untold = { ...this.#untold, error };
      return;
    }
    const answer = new Answer();
    answer.error = error;
    answer.endedAt = performance.now();
    this.#refused = { statement: this.#prepared.refused(), answer };
  }

  /** A statement that failed before its Execute: the server refused its text or its values. */
  async #tellRefused(): Promise<void> {
    const refused = this.#refused;
    this.#refused = null;
    if (refused === null) return;
    this.finish();
    this.#untold = await this.#run(refused.statement, () => Promise.resolve(refused.answer));
    this.#inPipeline = true;
  }

  #ended(outcome: 'committed' | 'rolled-back', startedAt: number): Promise<void> {
    return this.#watch.transactionEnded({ outcome, startedAt, endedAt: performance.now() });
  }
}
