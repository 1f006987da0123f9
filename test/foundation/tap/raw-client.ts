import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ConnectionTarget } from '../../../src/foundation/postgres/connection-target.js';
import { encodeFrame, type Frame, FrameReader } from '../../../src/foundation/tap/frames.js';
import { cString, endOfCString, queryMessage, readReport } from '../../../src/foundation/tap/messages.js';

const int16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const none = int16(0);

/** Messages of a client, as few as the tests need. */
export const say = {
  query: (sql: string) => queryMessage(sql),
  parse: (sql: string, name = '') => encodeFrame('P', Buffer.concat([cString(name), cString(sql), none])),
  bind: (values: readonly string[] = [], { name = '', portal = '' } = {}) => {
    const texts = values.flatMap((value) => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(Buffer.byteLength(value));
      return [length, Buffer.from(value)];
    });
    return encodeFrame(
      'B',
      Buffer.concat([cString(portal), cString(name), none, int16(values.length), ...texts, none]),
    );
  },
  describe: (kind: 'S' | 'P', name = '') => encodeFrame('D', Buffer.concat([Buffer.from(kind), cString(name)])),
  execute: ({ portal = '', rows = 0 } = {}) =>
    encodeFrame('E', Buffer.concat([cString(portal), int16(0), int16(rows)])),
  close: (kind: 'S' | 'P', name = '') => encodeFrame('C', Buffer.concat([Buffer.from(kind), cString(name)])),
  sync: () => encodeFrame('S', Buffer.alloc(0)),
  flush: () => encodeFrame('H', Buffer.alloc(0)),
  copyData: (text: string) => encodeFrame('d', Buffer.from(text)),
  copyDone: () => encodeFrame('c', Buffer.alloc(0)),
  copyFail: (why: string) => encodeFrame('f', cString(why)),
  /** Parse, bind, describe, execute of the unnamed statement, without a sync. */
  run: (sql: string, values: readonly string[] = []) =>
    Buffer.concat([say.parse(sql), say.bind(values), say.describe('P'), say.execute()]),
};

/** A client that shows every message of the server as it came. */
export class RawClient {
  pid = 0;
  key = 0;
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #frames: Frame[] = [];
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#frames.push(...this.#reader.push(chunk));
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => this.#wake());
  }

  static async open(target: ConnectionTarget): Promise<RawClient> {
    const socket = target.host.startsWith('/')
      ? connect(join(target.host, `.s.PGSQL.${target.port}`))
      : connect(target.port, target.host);
    await once(socket, 'connect');
    const client = new RawClient(socket);
    const words = ['user', target.user, 'database', target.database].map(cString);
    const packet = Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 3, 0, 0]), ...words, Buffer.of(0)]);
    packet.writeUInt32BE(packet.length, 0);
    client.send(packet);
    for (let frame = await client.next(); frame?.type !== 'Z'; frame = await client.next()) {
      if (frame === null || frame.type === 'E') throw new Error(`refused: ${frame?.body.toString()}`);
      if (frame.type === 'R' && frame.body.readInt32BE(0) === 3) {
        client.send(encodeFrame('p', cString(target.password ?? '')));
      }
      if (frame.type === 'K') {
        client.pid = frame.body.readInt32BE(0);
        client.key = frame.body.readInt32BE(4);
      }
    }
    return client;
  }

  send(...messages: readonly Buffer[]): void {
    this.#socket.write(Buffer.concat(messages));
  }

  /** Null when the server has closed the connection. */
  async next(): Promise<Frame | null> {
    while (this.#frames.length === 0) {
      if (this.#socket.destroyed) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#frames.shift() ?? null;
  }

  /** Everything up to and including so many messages of a type, in a form that two servers' answers can be compared in. */
  async until(type: string, count = 1): Promise<readonly string[]> {
    const shown: string[] = [];
    for (let left = count; left > 0; ) {
      const frame = await this.next();
      shown.push(frame === null ? 'closed' : show(frame));
      if (frame === null) break;
      if (frame.type === type) left -= 1;
    }
    return shown;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** Every byte of a message, but for the numbers that differ from database to database or session to session. */
function show(frame: Frame): string {
  const body = Buffer.from(frame.body);
  if (frame.type === 'T') {
    for (let at = 2; at < body.length; at = endOfCString(body, at) + 19)
      body.fill(0, endOfCString(body, at) + 1, endOfCString(body, at) + 5);
  }
  if (frame.type === 'A') body.fill(0, 0, 4);
  if (frame.type === 'E' || frame.type === 'N') {
    // Without the place in the server's source, which knows implicit and explicit blocks apart.
    const fields = [...readReport(body)].filter(([letter]) => !'FLR'.includes(letter));
    return `${frame.type} ${fields.map(([letter, text]) => `${letter}:${text}`).join(' ')}`;
  }
  return `${frame.type} ${body.toString('latin1').replaceAll('\0', '·')}`;
}
