import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { serverPort } from '../../../../src/foundation/postgres/server/server-folder.js';
import { encodeFrame, type Frame, FrameReader } from '../../../../src/foundation/tap/frames.js';
import { findCommits } from './find-commits.js';

/** Stands between a standby and its primary, and decides how much of the WAL comes through. */
export interface WalRelay extends AsyncDisposable {
  /** Where the standby finds it, as it would the primary. */
  readonly socketDir: string;
  /** End of what the primary has sent, as a number of bytes. */
  sentLsn(): bigint;
  /** From now on the WAL is kept here, and the standby hears nothing of it. */
  hold(): void;
  /**
   * Passes on what was kept, up to the first of the commits that are to be lost, of which the standby gets all but the
   * commit itself. Returns how many commits there were, and the end of what was passed on; null when that was nothing.
   */
  release(lost: number): { readonly commits: number; readonly endLsn: bigint | null };
}

interface Chunk {
  /** What comes before the WAL. */
  readonly header: Buffer;
  readonly wal: Buffer;
  readonly startLsn: bigint;
}

/** In CopyData: a letter, where the WAL begins, where the server's ends, when; then the WAL. */
const walLetter = 'w'.charCodeAt(0);
const walHeaderBytes = 25;

/** Listens in a folder of its own inside of one that the standby's user may enter, and passes on to the primary's socket. */
export async function openWalRelay(folder: string, primarySocketPath: string): Promise<WalRelay> {
  const socketDir = join(folder, 'r');
  const kept: Chunk[] = [];
  const sockets = new Set<Socket>();
  let standby: Socket | null = null;
  let holding = false;
  let sentLsn = 0n;
  const pass = (frame: Frame, client: Socket): void => {
    const isWal = frame.type === 'd' && frame.body[0] === walLetter;
    const chunk = isWal ? chunkOf(Buffer.from(frame.body)) : null;
    if (chunk !== null) sentLsn = endOf(chunk);
    if (!holding || (frame.type === 'd' && !isWal)) client.write(Buffer.from(frame.bytes));
    // Nor does the standby hear the primary's last words: it would leave before it has what is kept.
    else if (chunk !== null) kept.push(chunk);
  };
  const server = createServer((client) => {
    const upstream = createConnection(primarySocketPath);
    const frames = new FrameReader();
    standby = client;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (chunk: Buffer) => upstream.write(chunk)).on('close', () => upstream.destroy());
    upstream.on('data', (chunk: Buffer) => {
      for (const frame of frames.push(chunk)) pass(frame, client);
    });
    // What the primary's death leaves is still to be passed on.
    upstream.on('close', () => {
      if (!holding) client.destroy();
    });
  });
  await mkdir(socketDir, { mode: 0o755 });
  server.listen(socketIn(socketDir));
  await once(server, 'listening');
  await chmod(socketIn(socketDir), 0o777);
  return {
    socketDir,
    sentLsn: () => sentLsn,
    hold: () => {
      holding = true;
    },
    release: (lost) => {
      const [first] = kept;
      if (first === undefined) return { commits: 0, endLsn: null };
      const commits = findCommits(Buffer.concat(kept.map(({ wal }) => wal)), first.startLsn);
      const endLsn = lost === 0 ? sentLsn : (commits[Math.max(0, commits.length - lost)] ?? sentLsn);
      for (const { header, wal, startLsn } of kept) {
        const left = wal.subarray(0, Number(max(0n, endLsn - startLsn)));
        if (left.length > 0) standby?.write(encodeFrame('d', Buffer.concat([header, left])));
      }
      return { commits: commits.length, endLsn };
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function chunkOf(body: Buffer): Chunk {
  const header = body.subarray(0, walHeaderBytes);
  return { header, wal: body.subarray(walHeaderBytes), startLsn: header.readBigUInt64BE(1) };
}

function endOf({ wal, startLsn }: Chunk): bigint {
  return startLsn + BigInt(wal.length);
}

function max(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

/** Where a server listens that has its sockets in a folder. */
export function socketIn(folder: string): string {
  return join(folder, `.s.PGSQL.${serverPort}`);
}
