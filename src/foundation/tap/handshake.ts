import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ConnectionTarget } from '../postgres/connection-target.js';
import { encodeFrame } from './frames.js';
import { cString, endOfCString, errorMessage } from './messages.js';
import { openServerSocket } from './server-socket.js';

const cancelCode = 80877102;
const encryptionCodes: ReadonlySet<number> = new Set([80877103, 80877104]);
/** The server's own limit for a startup packet. */
const longestStartup = 10_000;

/** A client that has shown the password, and what it wants. */
export interface Startup {
  /** The major.minor protocol version as the client wrote it: 3.0 is 196608. */
  readonly protocol: number;
  readonly parameters: ReadonlyMap<string, string>;
  /** Bytes that came behind the password. */
  readonly rest: Buffer;
}

export interface HandshakeOptions {
  readonly password: string;
  readonly upstream: ConnectionTarget;
}

/**
 * Receives a client up to and including its password. Encryption is declined, a cancel request is passed on.
 * Null when that was all: a cancel request, a wrong password, a client that left.
 *
 * The password is asked for in clear text: every driver can do that, and whoever could read the loopback interface
 * could read the server's files too.
 */
export async function receiveClient(socket: Socket, options: HandshakeOptions): Promise<Startup | null> {
  const reader = new ByteReader(socket);
  const packet = await readStartupPacket(reader, socket);
  if (packet === null) return null;
  const protocol = packet.readUInt32BE(0);
  if (protocol === cancelCode) {
    await passCancelOn(packet, options.upstream);
    return null;
  }
  if (protocol >>> 16 !== 3)
    return refuse(socket, '0A000', 'lockkeeper speaks version 3 of the PostgreSQL protocol only');
  socket.write(encodeFrame('R', Buffer.from([0, 0, 0, 3])));
  const password = await readPassword(reader);
  if (password === null) return null;
  if (!isSame(password, options.password)) return refuse(socket, '28P01', 'password authentication failed at the tap');
  return { protocol, parameters: readParameters(packet.subarray(4)), rest: reader.detach() };
}

async function readStartupPacket(reader: ByteReader, socket: Socket): Promise<Buffer | null> {
  while (true) {
    const head = await reader.take(4);
    if (head === null) return null;
    const length = head.readUInt32BE(0);
    if (length < 8 || length > longestStartup) return null;
    const packet = await reader.take(length - 4);
    if (packet === null || !encryptionCodes.has(packet.readUInt32BE(0))) return packet;
    socket.write('N');
  }
}

async function readPassword(reader: ByteReader): Promise<string | null> {
  const head = await reader.take(5);
  if (head === null || head[0] !== 'p'.charCodeAt(0)) return null;
  const length = head.readUInt32BE(1);
  if (length < 4 || length > longestStartup) return null;
  const body = await reader.take(length - 4);
  return body === null ? null : body.toString('utf8', 0, endOfCString(body, 0));
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuse(socket: Socket, code: string, message: string): null {
  socket.write(errorMessage('FATAL', code, message));
  return null;
}

function readParameters(body: Buffer): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  let at = 0;
  while (at < body.length && body[at] !== 0) {
    const nameEnd = endOfCString(body, at);
    const valueEnd = endOfCString(body, nameEnd + 1);
    parameters.set(body.toString('utf8', at, nameEnd), body.toString('utf8', nameEnd + 1, valueEnd));
    at = valueEnd + 1;
  }
  return parameters;
}

/** The startup packet for the server: the client's own, in the name of the target's user. */
export function startupPacket(startup: Startup, target: ConnectionTarget): Buffer {
  const database = startup.parameters.get('database') ?? target.database;
  // What comes later wins: the client's own options.
  const options = [target.options, startup.parameters.get('options')].filter((given) => given !== undefined).join(' ');
  const parameters = new Map([
    ...startup.parameters,
    ['user', target.user] as const,
    ['database', database] as const,
    ...(options === '' ? [] : [['options', options] as const]),
  ]);
  const texts = [...parameters].flat().map(cString);
  const packet = Buffer.concat([Buffer.alloc(8), ...texts, Buffer.of(0)]);
  packet.writeUInt32BE(packet.length, 0);
  packet.writeUInt32BE(startup.protocol, 4);
  return packet;
}

/** Process id and key in the request are the server's own. The server closes when it has passed the signal on. */
async function passCancelOn(packet: Buffer, target: ConnectionTarget): Promise<void> {
  // A server that is gone has nothing to cancel.
  const server = await openServerSocket(target).catch(() => null);
  if (server === null) return;
  const head = Buffer.alloc(4);
  head.writeUInt32BE(packet.length + 4, 0);
  await new Promise<void>((resolve) => {
    server.on('error', () => resolve());
    server.on('close', () => resolve());
    server.resume();
    server.write(Buffer.concat([head, packet]));
  });
}

/** Asks the server to cancel what a backend is doing; `key` is the body of its BackendKeyData. */
export function cancelBackend(key: Buffer, target: ConnectionTarget): Promise<void> {
  const code = Buffer.alloc(4);
  code.writeUInt32BE(cancelCode);
  return passCancelOn(Buffer.concat([code, key]), target);
}

/** Takes exact numbers of bytes from a socket before its messages have frames. */
class ByteReader {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;
  readonly #onData = (chunk: Buffer) => {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    this.#wake();
  };
  readonly #onEnd = () => {
    this.#ended = true;
    this.#wake();
  };

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', this.#onData);
    socket.on('close', this.#onEnd);
    socket.on('end', this.#onEnd);
  }

  /** Null when the client leaves first. */
  async take(length: number): Promise<Buffer | null> {
    while (this.#bytes.length < length) {
      if (this.#ended) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  /** Leaves the socket paused and returns what it read too much. */
  detach(): Buffer {
    this.#socket.pause();
    this.#socket.off('data', this.#onData).off('close', this.#onEnd).off('end', this.#onEnd);
    return this.#bytes;
  }
}
