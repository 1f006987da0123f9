import type { Socket } from 'node:net';

/**
 * What goes back to the client. The answer to a statement can be held until the observers have looked; what the
 * server sends after it must not overtake it.
 */
export class Outbox {
  readonly #socket: Socket;
  #held: Buffer[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  send(bytes: Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  hold(bytes: Buffer): void {
    this.#held.push(bytes);
  }

  /** Behind what is held, or at once when nothing is. */
  follow(bytes: Buffer): void {
    if (this.#held.length > 0) this.hold(bytes);
    else this.send(bytes);
  }

  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const bytes of held) this.send(bytes);
  }

  drop(): void {
    this.#held = [];
  }

  /** Many small writes become one. */
  batch(work: () => void): void {
    this.#socket.cork();
    work();
    this.#socket.uncork();
  }

  get isFull(): boolean {
    return this.#socket.writableNeedDrain && !this.#socket.destroyed;
  }

  /** Calls back when the client has taken what was sent, or has gone. */
  onceDrained(callback: () => void): void {
    const socket = this.#socket;
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      callback();
    };
    socket.on('drain', done);
    socket.on('close', done);
  }
}
