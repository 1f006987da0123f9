import sasl, { type SaslSession } from 'pg/lib/crypto/sasl.js';
import utils from 'pg/lib/crypto/utils.js';
import type { ConnectionTarget } from '../postgres/connection-target.js';
import { encodeFrame } from './frames.js';
import { cString, endOfCString } from './messages.js';

/** The number with which a server's authentication message begins. */
const request = { ok: 0, clearText: 3, md5: 5, sasl: 10, saslContinue: 11, saslFinal: 12 } as const;

/** Shows the server the target's password, in the form in which it asks for it. */
export class LogIn {
  readonly #target: ConnectionTarget;
  readonly #send: (bytes: Buffer) => void;
  #session: SaslSession | null = null;

  constructor(target: ConnectionTarget, send: (bytes: Buffer) => void) {
    this.#target = target;
    this.#send = send;
  }

  static isOver(authentication: Buffer): boolean {
    return authentication.readUInt32BE(0) === request.ok;
  }

  /** Answers one authentication message. Rejects where there is no password, or where the server cannot be believed. */
  async answer(authentication: Buffer): Promise<void> {
    const kind = authentication.readUInt32BE(0);
    const rest = authentication.subarray(4);
    switch (kind) {
      case request.clearText:
        return this.#say(cString(this.#password()));
      case request.md5:
        return this.#say(
          cString(await utils.postgresMd5PasswordHash(this.#target.user, this.#password(), rest.subarray(0, 4))),
        );
      case request.sasl:
        return this.#beginSasl(readNames(rest));
      case request.saslContinue:
        await sasl.continueSession(this.#saslSession(), this.#password(), rest.toString('utf8'));
        return this.#say(Buffer.from(this.#saslSession().response));
      case request.saslFinal:
        return sasl.finalizeSession(this.#saslSession(), rest.toString('utf8'));
      default:
        throw new Error(`the server asks for authentication of kind ${kind}, which is not supported here`);
    }
  }

  #beginSasl(mechanisms: readonly string[]): void {
    this.#password();
    this.#session = sasl.startSession(mechanisms);
    const response = Buffer.from(this.#session.response);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(response.length);
    this.#say(Buffer.concat([cString(this.#session.mechanism), length, response]));
  }

  #saslSession(): SaslSession {
    if (this.#session === null) throw new Error('the server goes on with a log-in that never began');
    return this.#session;
  }

  #password(): string {
    const { password, passwordHint = 'nobody gave one' } = this.#target;
    if (password === undefined) throw new Error(`the server asks for a password: ${passwordHint}`);
    return password;
  }

  #say(body: Buffer): void {
    this.#send(encodeFrame('p', body));
  }
}

function readNames(list: Buffer): readonly string[] {
  const names: string[] = [];
  for (let at = 0; at < list.length && list[at] !== 0; at = endOfCString(list, at) + 1) {
    names.push(list.toString('latin1', at, endOfCString(list, at)));
  }
  return names;
}
