import { Answer, relayAnswer, statusOf, toTappedError } from './answer.js';
import type { Frame } from './frames.js';
import type { Inbox } from './inbox.js';
import { endOfCString, flushMessage, queryMessage, readReport } from './messages.js';
import type { Outbox } from './outbox.js';
import type { TappedError } from './tap.js';
import type { Upstream } from './upstream.js';

/** The server is gone: nothing can be asked any more. */
export class ServerLeft extends Error {
  override readonly name = 'ServerLeft';
}

/** One client and its backend, tied together: what both protocols need to ask the server. */
export class Link {
  /** The letter of the last ReadyForQuery. */
  status = 'I';
  #clientEncoding = 'UTF8';

  constructor(
    readonly inbox: Inbox,
    readonly outbox: Outbox,
    readonly upstream: Upstream,
  ) {}

  get isUtf8Client(): boolean {
    return this.#clientEncoding === 'UTF8';
  }

  takeStatus(ready: Frame): void {
    this.status = statusOf(ready);
  }

  /** A message that the server sends when it likes. It never overtakes an answer that is held. */
  passUnasked(frame: Frame): void {
    if (frame.type === 'S') {
      const end = endOfCString(frame.body, 0);
      const name = frame.body.toString('latin1', 0, end);
      if (name === 'client_encoding') {
        this.#clientEncoding = frame.body.toString('latin1', end + 1, endOfCString(frame.body, end + 1));
      }
    }
    this.outbox.follow(frame.bytes);
  }

  /** Sends one statement of the client and passes its answer on; the completion and what follows it are held. */
  async relay(
    message: Buffer,
    options: { readonly until: 'ready' | 'execution'; readonly shift?: number; readonly dropWarning?: string },
  ): Promise<Answer> {
    const answer = new Answer();
    const pumps: Promise<void>[] = [];
    let running = true;
    const receiver = relayAnswer(answer, this.outbox, {
      shift: 0,
      ...options,
      onReady: (frame) => this.takeStatus(frame),
      onUnasked: (frame) => this.passUnasked(frame),
      onCopyIn: () => {
        pumps.push(this.#pumpRows(() => running, options.until));
      },
    });
    await this.upstream.ask(message, receiver);
    running = false;
    this.inbox.interrupt();
    await Promise.all(pumps);
    if (this.upstream.lost) answer.error ??= connectionBroke;
    answer.endedAt ??= performance.now();
    return answer;
  }

  /** COPY FROM STDIN: the client's next messages are rows. The server ignores a Sync or Flush among them. */
  async #pumpRows(isRunning: () => boolean, until: 'ready' | 'execution'): Promise<void> {
    while (isRunning()) {
      const frame = await this.inbox.next();
      if (frame === null) {
        if (this.inbox.exhausted) this.upstream.destroy();
        return;
      }
      this.upstream.send(frame.bytes);
      const ends = frame.type === 'c' || frame.type === 'f';
      // Behind an Execute the server keeps its answer until it is asked for.
      if (ends && until === 'execution') this.upstream.send(flushMessage);
      if (ends) return;
      await this.upstream.drained();
    }
  }

  /** Runs a BEGIN, COMMIT or ROLLBACK of the tap's own, of which the client hears nothing but its error. */
  async control(sql: 'BEGIN' | 'COMMIT' | 'ROLLBACK', answer: Answer): Promise<TappedError | null> {
    let error: TappedError | null = null;
    await this.upstream.ask(queryMessage(sql), (frame) => {
      switch (frame.type) {
        case 'C':
          if (sql === 'COMMIT') this.outbox.release();
          break;
        case 'E':
          error = toTappedError(readReport(frame.body));
          this.outbox.drop();
          this.outbox.hold(frame.bytes);
          break;
        case 'N':
          // What deferred triggers say comes before the completion of the statement.
          this.outbox.send(frame.bytes);
          answer.takeNotice(frame);
          break;
        case 'Z':
          this.takeStatus(frame);
          return 'done';
        default:
          this.passUnasked(frame);
      }
      return 'more';
    });
    if (this.upstream.lost) error ??= connectionBroke;
    return error;
  }

  throwIfLost(): void {
    if (this.upstream.lost) throw new ServerLeft('the server closed the connection', { cause: this.upstream.failure });
  }
}

const connectionBroke: TappedError = {
  code: null,
  message: 'The connection to the server was lost.',
  position: null,
  detail: null,
  hint: null,
};
