import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openParser, type Parser } from '../sql/parser.js';
import { Connection, noSession } from './connection.js';
import { receiveClient } from './handshake.js';
import { errorMessage } from './messages.js';
import { openServerSocket } from './server-socket.js';
import type { Tap, TapOptions } from './tap.js';

/** Time for sessions whose client has left to come to their end before they are cut off. */
const patienceMs = 2_000;

/**
 * Opens a tap on 127.0.0.1, at a free port, with a random password of its own.
 * Closing it cuts off who is still there, and returns when everything has been told.
 */
export async function openTap(options: TapOptions): Promise<Tap> {
  const parser = await openParser();
  const password = randomBytes(18).toString('base64url');
  const visitors = new Visitors({ password, parser }, options);
  const server = createServer({ noDelay: true }, (socket) => visitors.receive(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: '127.0.0.1',
    port,
    password,
    connectionString: (database) =>
      `postgresql://${encodeURIComponent(options.role ?? options.upstream.user)}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}?sslmode=disable`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await visitors.sendAway();
      await parser[Symbol.asyncDispose]();
    },
  };
}

class Visitors {
  readonly #password: string;
  readonly #parser: Parser;
  readonly #options: TapOptions;
  readonly #sockets = new Set<Socket>();
  readonly #connections = new Set<Connection>();
  readonly #served = new Set<Promise<void>>();
  #count = 0;

  constructor(own: { readonly password: string; readonly parser: Parser }, options: TapOptions) {
    this.#password = own.password;
    this.#parser = own.parser;
    this.#options = options;
  }

  receive(socket: Socket): void {
    this.#sockets.add(socket);
    // A client that breaks off is seen by its closing.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    const served = this.#serve(socket).finally(() => this.#served.delete(served));
    this.#served.add(served);
  }

  async sendAway(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const all = Promise.allSettled(this.#served);
    await Promise.race([all, sleep(patienceMs, undefined, { ref: false })]);
    await Promise.all([...this.#connections].map((connection) => connection.destroy()));
    await all;
  }

  async #serve(socket: Socket): Promise<void> {
    const startup = await receiveClient(socket, { password: this.#password, upstream: this.#options.upstream });
    if (startup === null) {
      socket.end();
      return;
    }
    this.#count += 1;
    const number = this.#count;
    const server = await openServerSocket(this.#options.upstream).catch((error: unknown) => asError(error));
    if (server instanceof Error) {
      this.#refuse(socket, number, server);
      return;
    }
    const connection = new Connection({ socket, server, startup, number, parser: this.#parser }, this.#options);
    this.#connections.add(connection);
    await connection.serve().finally(() => this.#connections.delete(connection));
  }

  #refuse(socket: Socket, sessionNumber: number, cause: Error): void {
    const error = noSession(cause.message, cause);
    if (!socket.destroyed) socket.end(errorMessage('FATAL', '08006', error.message));
    this.#options.onSessionEnd({ sessionNumber, endedAt: performance.now(), cause: 'server-left', error });
  }
}

/** A name with several addresses fails with one error for each, and no words of its own. */
function asError(error: unknown): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0];
  return error instanceof Error ? error : new Error(String(error));
}
