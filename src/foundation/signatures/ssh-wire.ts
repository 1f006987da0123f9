/** What cannot be read as what it should be: a signature, a key, a line of a file. */
export class UnreadableSignature extends Error {}

/** Reads SSH's binary encoding (RFC 4251) from the front. Throws UnreadableSignature where the bytes end too early. */
export class WireReader {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.#at === this.bytes.length;
  }

  raw(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.bytes.length) throw new UnreadableSignature('its bytes end too early');
    const part = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return Buffer.from(part);
  }

  uint32(): number {
    return this.raw(4).readUInt32BE();
  }

  string(): Buffer {
    return this.raw(this.uint32());
  }

  text(): string {
    return this.string().toString('utf8');
  }
}

/** A length and the bytes. */
export function wireString(content: string | Uint8Array): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The bytes of an `mpint` without the zero that marks it as positive. */
export function unsigned(mpint: Buffer): Buffer {
  return mpint[0] === 0 ? mpint.subarray(1) : mpint;
}

const line = 70;

/** Bytes between two lines of dashes, as ssh-keygen breaks them. */
export function armour(label: string, bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('base64');
  const lines = text.match(new RegExp(`.{1,${line}}`, 'g')) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** The bytes between such lines. Throws UnreadableSignature when there are none. */
export function unarmour(label: string, text: string): Buffer {
  const match = new RegExp(
    `^\\s*-----BEGIN ${label}-----\\r?\\n([A-Za-z0-9+/=\\r\\n]+?)-----END ${label}-----\\s*$`,
  ).exec(text);
  if (match?.[1] === undefined) throw new UnreadableSignature(`it is no ${label}`);
  return Buffer.from(match[1], 'base64');
}
