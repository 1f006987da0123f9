import type { Socket } from 'node:net';
import { type Frame, FrameReader } from './frames.js';
import type { Outbox } from './outbox.js';

/** What becomes of a message of the server: `done` when the answer that was waited for is complete. */
export type Receiver = (frame: Frame) => 'done' | 'more';

/** The tap's side of one backend. One question at a time; what comes unasked goes to `unasked`. */
export class Upstream {
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  readonly #reader = new FrameReader();
  #receiver: Receiver | null = null;
  #answered: (() => void) | null = null;
  #lost = false;
  #failure: Error | null = null;
  unasked: Receiver = () => 'more';
  onLost: () => void = () => undefined;

  constructor(socket: Socket, outbox: Outbox) {
    this.#outbox = outbox;
    this.#socket = socket;
    this.#lost = socket.destroyed;
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', (error) => {
      this.#failure = error;
    });
    this.#socket.on('close', () => {
      this.#lost = true;
      this.#answered?.();
      this.onLost();
    });
  }

  /** The connection has ended, from whichever side. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Why the connection broke, if the system said so. */
  get failure(): Error | null {
    return this.#failure;
  }

  send(bytes: Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  /** Resolves when the server's buffers have room again, or when it is gone. */
  async drained(): Promise<void> {
    const socket = this.#socket;
    if (!socket.writableNeedDrain || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        socket.off('drain', done);
        socket.off('close', done);
        resolve();
      };
      socket.on('drain', done);
      socket.on('close', done);
    });
  }

  /** Sends, then gives every message to the receiver until it says `done` or the server is gone (see `lost`). */
  async ask(bytes: Buffer, receiver: Receiver): Promise<void> {
    if (this.#lost) return;
    await new Promise<void>((resolve) => {
      this.#receiver = receiver;
      this.#answered = resolve;
      this.send(bytes);
    });
    this.#receiver = null;
    this.#answered = null;
  }

  /** Closes in order: the server reads what was sent before it sees the end. */
  async end(): Promise<void> {
    if (this.#lost) return;
    await new Promise<void>((resolve) => {
      this.#socket.on('close', () => resolve());
      this.#socket.end();
      this.#socket.resume();
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    try {
      const frames = this.#reader.push(chunk);
      this.#outbox.batch(() => {
        for (const frame of frames) this.#give(frame);
      });
    } catch (error) {
      this.#socket.destroy(error as Error);
      return;
    }
    if (!this.#outbox.isFull) return;
    this.#socket.pause();
    this.#outbox.onceDrained(() => this.#socket.resume());
  }

  #give(frame: Frame): void {
    const receiver = this.#receiver;
    if (receiver === null) this.unasked(frame);
    else if (receiver(frame) === 'done') {
      this.#receiver = null;
      this.#answered?.();
    }
  }
}
