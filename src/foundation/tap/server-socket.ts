import { once } from 'node:events';
import { connect as openSocket, isIP, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as openTls } from 'node:tls';
import type { ConnectionTarget } from '../postgres/connection-target.js';

/** Asks whether the server speaks TLS on this port. It answers with one letter. */
const tlsRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const usualTimeoutMs = 10_000;

/**
 * Opens a connection to the server, encrypted if the target says so. Rejects when it cannot be had that way: it never
 * falls back to clear text.
 */
export async function openServerSocket(target: ConnectionTarget): Promise<Socket> {
  const timeoutMs = target.connectTimeoutMs ?? usualTimeoutMs;
  const signal = AbortSignal.timeout(timeoutMs);
  const raw = openRaw(target);
  try {
    await once(raw, 'connect', { signal });
    return target.tls === undefined ? raw : await encrypt(raw, target, signal);
  } catch (error) {
    raw.destroy();
    throw signal.aborted ? new Error(`the server did not answer within ${timeoutMs} ms`) : error;
  }
}

function openRaw({ host, address, port }: ConnectionTarget): Socket {
  return host.startsWith('/') && address === undefined
    ? openSocket(join(host, `.s.PGSQL.${port}`))
    : openSocket(port, address ?? host).setNoDelay(true);
}

async function encrypt(raw: Socket, target: ConnectionTarget, signal: AbortSignal): Promise<Socket> {
  if (target.directTls !== true) {
    raw.write(tlsRequest);
    const [answer] = (await once(raw, 'data', { signal })) as [Buffer];
    // More than the letter would be clear text that somebody slipped in front of the encrypted stream.
    if (answer.toString('latin1') !== 'S') throw new Error('the server does not support encrypted connections');
  }
  const { host } = target;
  const socket = openTls({
    socket: raw,
    host,
    ...target.tls,
    ...(target.directTls === true && { ALPNProtocols: ['postgresql'] }),
    // An address is no name that a certificate could be chosen by.
    ...(isIP(host) === 0 && { servername: host }),
  });
  await once(socket, 'secureConnect', { signal });
  return socket;
}
