/** One message of the PostgreSQL wire protocol, version 3. */
export interface Frame {
  /** The one-letter message type. */
  readonly type: string;
  readonly body: Buffer;
  /** Type, length and body, as they came over the wire. */
  readonly bytes: Buffer;
}

const headerBytes = 5;
/** The server's own limit for a message. */
const longestFrame = 0x3fffffff;

/** Cuts a byte stream into messages. Chunks are joined only when a whole message is there, so long ones stay cheap. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;
  #needed = headerBytes;

  /** Takes the next bytes and returns the messages that they complete. Throws on an impossible length. */
  push(chunk: Buffer): readonly Frame[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return [];
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const frames: Frame[] = [];
    let at = 0;
    while (bytes.length - at >= headerBytes) {
      const end = at + 1 + readLength(bytes, at + 1);
      if (end > bytes.length) break;
      frames.push({
        type: String.fromCharCode(bytes[at] as number),
        body: bytes.subarray(at + headerBytes, end),
        bytes: bytes.subarray(at, end),
      });
      at = end;
    }
    this.#keep(bytes.subarray(at));
    return frames;
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    this.#needed = rest.length < headerBytes ? headerBytes : 1 + readLength(rest, 1);
  }
}

function readLength(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32BE(at);
  if (length < 4 || length > longestFrame) throw new RangeError(`A message of ${length} bytes cannot exist`);
  return length;
}

export function encodeFrame(type: string, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes + body.length);
  bytes.write(type, 0, 'latin1');
  bytes.writeUInt32BE(body.length + 4, 1);
  body.copy(bytes, headerBytes);
  return bytes;
}
