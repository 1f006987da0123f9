import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { FrameReader } from '../../../../src/foundation/tap/frames.js';

/** One message, before it is passed on. */
export interface Passing {
  readonly application: string;
  readonly from: 'client' | 'server';
  readonly type: string;
}

export interface WireProxy extends AsyncDisposable {
  readonly port: number;
  /** Where new connections go. */
  route(socketPath: string): void;
  /** Backend of the newest connection of an application. */
  backendOf(application: string): number | null;
  /** Ends all connections: with a farewell of TCP, or a reset. */
  cut(how: 'fin' | 'rst'): void;
  /** Passes nothing on any more, and tells nobody; of one application, or of all. */
  silence(application: string | null): void;
  /** New connections are passed on again; the silent ones stay silent. */
  heal(): void;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  application: string;
  pid: number | null;
  silent: boolean;
}

/**
 * Stands between a runner and the server, and shows each message before it is passed on. `onMessage` may take its time:
 * messages of one direction wait for each other.
 */
export async function openWireProxy(
  socketPath: string,
  onMessage: (passing: Passing) => Promise<void> | null,
): Promise<WireProxy> {
  const links = new Set<Link>();
  let path = socketPath;
  let deaf = false;
  const server: Server = createServer((client) => {
    const upstream = createConnection(path);
    const link: Link = { client, server: upstream, application: '', pid: null, silent: deaf };
    links.add(link);
    relay(link, 'client', onMessage);
    relay(link, 'server', onMessage);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    route: (to) => {
      path = to;
    },
    backendOf: (application) => [...links].findLast((link) => link.application.startsWith(application))?.pid ?? null,
    cut: (how) => {
      for (const { client, server: upstream } of links) {
        if (how === 'rst') client.resetAndDestroy();
        else client.end();
        upstream.destroy();
      }
    },
    silence: (application) => {
      deaf = application === null;
      for (const link of links) {
        if (application === null || link.application.startsWith(application)) link.silent = true;
      }
    },
    heal: () => {
      deaf = false;
    },
    [Symbol.asyncDispose]: async () => {
      for (const { client, server: upstream } of links) {
        client.destroy();
        upstream.destroy();
      }
      server.close();
    },
  };
}

/** The first packet of a client has no type. */
function startupOf(chunk: Buffer): { readonly application: string; readonly length: number } {
  const length = chunk.readUInt32BE(0);
  const words = chunk.subarray(8, length).toString().split('\0');
  return { application: words[words.indexOf('application_name') + 1] ?? '', length };
}

const backendKeyData = 'K';

function relay(link: Link, from: Passing['from'], onMessage: (passing: Passing) => Promise<void> | null): void {
  const [source, sink] = from === 'client' ? [link.client, link.server] : [link.server, link.client];
  const frames = new FrameReader();
  let started = from === 'server';
  let queue = Promise.resolve();
  const pass = async (bytes: Buffer, type: string): Promise<void> => {
    await onMessage({ application: link.application, from, type });
    if (!link.silent && !sink.destroyed) sink.write(bytes);
  };
  source.on('data', (chunk: Buffer) => {
    let rest = chunk;
    if (!started) {
      const { application, length } = startupOf(chunk);
      link.application = application;
      started = true;
      queue = queue.then(() => pass(chunk.subarray(0, length), 'startup'));
      rest = chunk.subarray(length);
    }
    for (const frame of rest.length === 0 ? [] : frames.push(rest)) {
      if (frame.type === backendKeyData && from === 'server') link.pid = frame.body.readInt32BE(0);
      const bytes = Buffer.from(frame.bytes);
      queue = queue.then(() => pass(bytes, frame.type));
    }
  });
  source.on('error', () => undefined);
  source.on('close', () => {
    queue = queue.finally(() => {
      if (!link.silent) sink.end();
    });
  });
}
