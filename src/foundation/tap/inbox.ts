import type { Socket } from 'node:net';
import { type Frame, FrameReader } from './frames.js';

/** Bytes of waiting messages beyond which the client is no longer read. */
const enough = 1024 * 1024;

/** The client's messages in order, taken one at a time; the client has to wait when it is far ahead. */
export class Inbox {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #frames: Frame[] = [];
  #bytes = 0;
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(socket: Socket, alreadyRead: Buffer) {
    this.#socket = socket;
    if (alreadyRead.length > 0) this.#push(alreadyRead);
    socket.on('data', (chunk) => this.#push(chunk));
    socket.on('close', () => this.#end());
    socket.on('end', () => this.#end());
    if (socket.destroyed) this.#end();
  }

  /** The next message; null when the client has gone, or when `interrupt` was called while none was there. */
  async next(): Promise<Frame | null> {
    if (this.#frames.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const frame = this.#frames.shift() ?? null;
    if (frame === null) return null;
    this.#bytes -= frame.bytes.length;
    if (this.#bytes < enough && this.#socket.isPaused()) this.#socket.resume();
    return frame;
  }

  /** The client has gone and nothing of what it sent is left. */
  get exhausted(): boolean {
    return this.#ended && this.#frames.length === 0;
  }

  /** Lets a waiting `next` return null. No message is lost. */
  interrupt(): void {
    this.#wake?.();
    this.#wake = null;
  }

  #push(chunk: Buffer): void {
    try {
      for (const frame of this.#reader.push(chunk)) {
        this.#frames.push(frame);
        this.#bytes += frame.bytes.length;
      }
    } catch {
      this.#socket.destroy();
      return;
    }
    if (this.#bytes > enough) this.#socket.pause();
    if (this.#frames.length > 0) this.interrupt();
  }

  #end(): void {
    this.#ended = true;
    this.interrupt();
  }
}
