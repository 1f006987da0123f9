import type { Socket } from 'node:net';
import type { Parser } from '../sql/parser.js';
import { quoteIdentifier } from '../sql/quote-identifier.js';
import { ExtendedQuery } from './extended-query.js';
import type { Frame } from './frames.js';
import { cancelBackend, type Startup, startupPacket } from './handshake.js';
import { Inbox } from './inbox.js';
import { Link, ServerLeft } from './link.js';
import { LogIn } from './log-in.js';
import { Look } from './look.js';
import { errorMessage, queryMessage, readCString, readReport, readyMessage } from './messages.js';
import { Outbox } from './outbox.js';
import { SimpleQuery } from './simple-query.js';
import type { TapOptions, TappedSessionEnd } from './tap.js';
import { Upstream } from './upstream.js';
import { Watch } from './watch.js';

/** One client that has been let in, from its startup to its end. */
export class Connection {
  readonly #socket: Socket;
  readonly #startup: Startup;
  readonly #options: TapOptions;
  readonly #number: number;
  readonly #parser: Parser;
  readonly #link: Link;
  #backendKey: Buffer | null = null;

  constructor(
    client: {
      readonly socket: Socket;
      readonly server: Socket;
      readonly startup: Startup;
      readonly number: number;
      readonly parser: Parser;
    },
    options: TapOptions,
  ) {
    this.#socket = client.socket;
    this.#startup = client.startup;
    this.#number = client.number;
    this.#parser = client.parser;
    this.#options = options;
    const outbox = new Outbox(client.socket);
    const inbox = new Inbox(client.socket, client.startup.rest);
    this.#link = new Link(inbox, outbox, new Upstream(client.server, outbox));
    client.socket.resume();
  }

  /** Serves the client until it or the server leaves. Never rejects: how it ended is told. */
  async serve(): Promise<void> {
    const { outbox, upstream } = this.#link;
    let end: Pick<TappedSessionEnd, 'cause' | 'error'> = { cause: 'client-left', error: null };
    try {
      await this.#serve();
    } catch (error) {
      end = endOf(error);
      outbox.release();
      if (end.cause === 'observer-failed') {
        outbox.send(errorMessage('FATAL', 'XX000', `lockkeeper could not observe this session: ${end.error?.message}`));
      }
    }
    if (end.cause === 'observer-failed') upstream.destroy();
    await upstream.end();
    this.#socket.end();
    this.#options.onSessionEnd({ sessionNumber: this.#number, endedAt: performance.now(), ...end });
  }

  /** Cuts both sides off. A backend that is at work would not notice before its statement ends, so that is cancelled. */
  async destroy(): Promise<void> {
    this.#socket.destroy();
    this.#link.upstream.destroy();
    if (this.#backendKey !== null) await cancelBackend(this.#backendKey, this.#options.upstream);
  }

  async #serve(): Promise<void> {
    const pid = await this.#start();
    const look = new Look(pid, this.#link);
    const observer = await this.#options.observe(look);
    const watch = new Watch({ link: this.#link, look, observer, sessionNumber: this.#number }, this.#options);
    const simple = new SimpleQuery(this.#link, watch, this.#parser);
    const extended = new ExtendedQuery(this.#link, watch, this.#parser);
    this.#link.upstream.unasked = extended.receive;
    this.#link.upstream.onLost = () => this.#link.inbox.interrupt();
    this.#link.outbox.send(readyMessage(this.#link.status));
    const left = await this.#obey(simple, extended).then(
      () => null,
      (error: unknown) => {
        if (error instanceof ServerLeft) return error;
        throw error;
      },
    );
    await this.#link.upstream.end();
    extended.finish();
    const endedAt = performance.now();
    await watch.transactionEnded({ outcome: 'rolled-back', startedAt: endedAt, endedAt });
    if (left !== null) throw left;
  }

  async #obey(simple: SimpleQuery, extended: ExtendedQuery): Promise<void> {
    const { inbox, upstream } = this.#link;
    while (true) {
      this.#link.throwIfLost();
      const frame = await inbox.next();
      if (frame === null) {
        if (inbox.exhausted) return;
        continue;
      }
      switch (frame.type) {
        case 'Q':
        case 'F':
          await this.#obeyWhole(frame, simple, extended);
          break;
        case 'X':
          upstream.send(frame.bytes);
          return;
        case 'd':
        case 'c':
        case 'f':
          // Rows that were under way when their COPY failed: the server would ignore them too.
          break;
        default:
          await extended.take(frame);
      }
    }
  }

  async #obeyWhole(frame: Frame, simple: SimpleQuery, extended: ExtendedQuery): Promise<void> {
    const sql = frame.type === 'Q' ? readCString(frame.body, 0) : '';
    if (extended.isInside) return extended.takeWhole(frame, sql);
    if (frame.type === 'Q') return simple.run(frame);
    await this.#link.relay(frame.bytes, { until: 'ready' });
    this.#link.outbox.release();
    this.#link.throwIfLost();
    this.#link.outbox.send(readyMessage(this.#link.status));
  }

  /** Logs in and passes on what the server says, up to its first ReadyForQuery. Returns the backend's process id. */
  async #start(): Promise<number> {
    const { upstream, outbox } = this.#link;
    const logIn = new LogIn(this.#options.upstream, (bytes) => upstream.send(bytes));
    const refusals: string[] = [];
    let failure: Error | null = null;
    await upstream.ask(startupPacket(this.#startup, this.#options.upstream), (frame) => {
      if (frame.type === 'R' && !LogIn.isOver(frame.body)) {
        logIn.answer(frame.body).catch((error: unknown) => {
          failure = error instanceof Error ? error : new Error(String(error));
          upstream.destroy();
        });
        return 'more';
      }
      if (frame.type === 'Z') {
        this.#link.takeStatus(frame);
        return 'done';
      }
      if (frame.type === 'E') refusals.push(readReport(frame.body).get('M') ?? '');
      if (frame.type === 'K') this.#backendKey = Buffer.from(frame.body);
      this.#link.passUnasked(frame);
      return 'more';
    });
    if (refusals.length > 0) throw new ServerLeft(`The server refused the connection: ${refusals.join()}`);
    if (upstream.lost) {
      const cause = failure ?? upstream.failure ?? new Error('it closed the connection');
      const error = noSession(cause.message, cause);
      outbox.send(errorMessage('FATAL', failure === null ? '08006' : '28000', error.message));
      throw error;
    }
    await this.#takeRole();
    return this.#backendKey?.readInt32BE(0) ?? 0;
  }

  /** The rights of the role, with the settings of the user that logged in. */
  async #takeRole(): Promise<void> {
    const { role } = this.#options;
    if (role == null) return;
    const refusals: string[] = [];
    await this.#link.upstream.ask(queryMessage(`SET SESSION AUTHORIZATION ${quoteIdentifier(role)}`), (frame) => {
      if (frame.type === 'Z') return 'done';
      if (frame.type === 'E') refusals.push(readReport(frame.body).get('M') ?? '');
      if (frame.type !== 'C') this.#link.passUnasked(frame);
      return 'more';
    });
    if (refusals.length > 0) throw new ServerLeft(`The server refused the role: ${refusals.join()}`);
    this.#link.throwIfLost();
  }
}

/** What a client is told, and the report, when there is no session to be had. */
export function noSession(why: string, cause: Error): ServerLeft {
  return new ServerLeft(`lockkeeper could not open a session on its server: ${why}`, { cause });
}

function endOf(error: unknown): Pick<TappedSessionEnd, 'cause' | 'error'> {
  if (error instanceof ServerLeft) return { cause: 'server-left', error };
  return { cause: 'observer-failed', error: error instanceof Error ? error : new Error(String(error)) };
}
