import type { Socket } from 'node:net';
import { ExtendedQuery } from './extended-query.js';
import type { Frame } from './frames.js';
import { type Startup, startupPacket } from './handshake.js';
import { Inbox } from './inbox.js';
import { Link, ServerLeft } from './link.js';
import { Look } from './look.js';
import { errorMessage, readCString, readReport, readyMessage } from './messages.js';
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
  readonly #link: Link;

  constructor(
    client: { readonly socket: Socket; readonly startup: Startup; readonly number: number },
    options: TapOptions,
  ) {
    this.#socket = client.socket;
    this.#startup = client.startup;
    this.#number = client.number;
    this.#options = options;
    const outbox = new Outbox(client.socket);
    const inbox = new Inbox(client.socket, client.startup.rest);
    this.#link = new Link(inbox, outbox, new Upstream(options.upstream, outbox));
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

  /** Cuts both sides off. */
  destroy(): void {
    this.#socket.destroy();
    this.#link.upstream.destroy();
  }

  async #serve(): Promise<void> {
    const pid = await this.#start();
    const look = new Look(pid, this.#link);
    const observer = await this.#options.observe(look);
    const watch = new Watch({ link: this.#link, look, observer, sessionNumber: this.#number }, this.#options);
    const simple = new SimpleQuery(this.#link, watch);
    const extended = new ExtendedQuery(this.#link, watch);
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

  /** Opens the backend and passes on what it says, up to its first ReadyForQuery. Returns the backend's process id. */
  async #start(): Promise<number> {
    const { upstream, outbox } = this.#link;
    let pid = 0;
    const refusals: string[] = [];
    await upstream.ask(startupPacket(this.#startup, this.#options.upstream), (frame) => {
      switch (frame.type) {
        case 'Z':
          this.#link.takeStatus(frame);
          return 'done';
        case 'R':
          if (frame.body.readUInt32BE(0) !== 0)
            throw new Error('the server asks for a password, and must trust the tap');
          break;
        case 'E':
          refusals.push(readReport(frame.body).get('M') ?? '');
          break;
        case 'K':
          pid = frame.body.readInt32BE(0);
          break;
      }
      this.#link.passUnasked(frame);
      return 'more';
    });
    if (refusals.length > 0) throw new ServerLeft(`The server refused the connection: ${refusals.join()}`);
    if (!upstream.lost) return pid;
    const why = `lockkeeper could not open a session on its server: ${upstream.failure?.message ?? 'it closed the connection'}`;
    outbox.send(errorMessage('FATAL', '08006', why));
    throw new ServerLeft(why, { cause: upstream.failure });
  }
}

function endOf(error: unknown): Pick<TappedSessionEnd, 'cause' | 'error'> {
  if (error instanceof ServerLeft) return { cause: 'server-left', error };
  return { cause: 'observer-failed', error: error instanceof Error ? error : new Error(String(error)) };
}
