import type { Parser } from '../sql/parser.js';
import type { Frame } from './frames.js';
import { endOfCString, readCString } from './messages.js';
import { longStatementConduct, type StatementConduct } from './statement-conduct.js';

export interface PreparedStatement {
  readonly sql: string;
  /** Null when it does not parse. */
  readonly conduct: StatementConduct | null;
}

interface Step {
  /** What an error in answer to this message is about; asked when all earlier steps are done. */
  readonly statement: () => PreparedStatement;
  readonly apply: () => void;
}

const unknown: PreparedStatement = { sql: '', conduct: null };

/** Remembers what the client prepared and bound, as the server confirms it. */
export class Prepared {
  readonly #statements = new Map<string, PreparedStatement>();
  readonly #portals = new Map<string, PreparedStatement>();
  #steps: Step[] = [];
  readonly #parser: Parser;

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** Messages that the server has not answered yet. */
  get unanswered(): number {
    return this.#steps.length;
  }

  /** A Parse, Bind, Describe or Close message goes to the server. */
  async sent(frame: Frame): Promise<void> {
    const name = readCString(frame.body, 0);
    const second = readCString(frame.body, endOfCString(frame.body, 0) + 1);
    switch (frame.type) {
      case 'P':
        this.#steps.push(await this.#parse(name, second));
        return;
      case 'B':
        this.#steps.push(this.#bind(name, second));
        return;
      default:
        this.#steps.push(this.#describeOrClose(frame.type, name));
    }
  }

  /** The server has done the oldest unanswered step. */
  confirmed(): void {
    this.#steps.shift()?.apply();
  }

  /** The server refused the oldest step and forgets the others; returns the statement it is about. */
  refused(): PreparedStatement {
    const statement = this.#steps[0]?.statement() ?? unknown;
    this.#steps = [];
    return statement;
  }

  portal(execute: Frame): PreparedStatement {
    return this.#portals.get(readCString(execute.body, 0)) ?? unknown;
  }

  async #parse(name: string, sql: string): Promise<Step> {
    const statement = { sql, conduct: await longStatementConduct(sql, this.#parser) };
    return { statement: () => statement, apply: () => this.#statements.set(name, statement) };
  }

  #bind(portal: string, name: string): Step {
    const statement = () => this.#statements.get(name) ?? unknown;
    return { statement, apply: () => this.#portals.set(portal, statement()) };
  }

  /** The name has a letter before it: S for a statement, P for a portal. */
  #describeOrClose(type: string, letterAndName: string): Step {
    const named = letterAndName.startsWith('S') ? this.#statements : this.#portals;
    const name = letterAndName.slice(1);
    const statement = () => named.get(name) ?? unknown;
    return { statement, apply: () => void (type === 'C' && named.delete(name)) };
  }
}
