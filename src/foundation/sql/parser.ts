import {
  explainObjection,
  forgetParsed,
  loadParser,
  longestText,
  notAnalysed,
  type ParsedStatement,
  parseStatement,
  rememberParsed,
  tooDeep,
  toParsedStatement,
} from './parse.js';
import { ParserThread } from './parser-thread.js';

/** Parses texts of any size: short ones on the main thread, long ones on a thread that is started when first needed. */
export interface Parser extends AsyncDisposable {
  /**
   * As `parseStatement`, for long texts too. Of a long INSERT, rows that hold only constants are left out behind the
   * first. Texts beyond 8 MB, beyond the time limit, or nested too deeply are not analysed.
   */
  parse(sql: string): Promise<ParsedStatement>;
}

export interface ParserOptions {
  /** For one long text, the start of the thread included. */
  readonly timeLimitMs?: number;
}

/** A tree takes some hundred times the memory of its text. */
const longestThreadText = 8 * 1024 * 1024;

/** Loads the parser and opens the door to it; closing it ends its thread. */
export async function openParser({ timeLimitMs = 30_000 }: ParserOptions = {}): Promise<Parser> {
  await loadParser();
  return new ThreadedParser(timeLimitMs);
}

/**
 * Parses those of the texts that are too long for the main thread, so that from now on `parseStatement` knows them too.
 * Costs nothing where all are short.
 */
export async function parseAhead(texts: readonly string[], options: ParserOptions = {}): Promise<void> {
  const long = new Set(texts.filter((sql) => sql.length > longestText));
  if (long.size === 0) return;
  await using parser = await openParser(options);
  for (const sql of long) rememberParsed(sql, await parser.parse(sql));
}

/**
 * Parses a text that is too long for the main thread, lets `ask` see it, and forgets it again: for those who meet long
 * texts one after the other, without an end. Costs nothing where the texts are short.
 */
export async function withParsed<T>(parser: Parser, texts: readonly string[], ask: () => T): Promise<T> {
  const long = texts.filter((sql) => sql.length > longestText);
  const parsed = await Promise.all(long.map((sql) => parser.parse(sql)));
  // From here to the end nobody else gets a turn.
  for (const [index, sql] of long.entries()) rememberParsed(sql, parsed[index] ?? notAnalysed('the parser was closed'));
  try {
    return ask();
  } finally {
    for (const sql of long) forgetParsed(sql);
  }
}

class ThreadedParser implements Parser {
  readonly #timeLimitMs: number;
  #thread: ParserThread | null = null;
  /** The thread takes one text at a time. */
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(timeLimitMs: number) {
    this.#timeLimitMs = timeLimitMs;
  }

  async parse(sql: string): Promise<ParsedStatement> {
    if (sql.length <= longestText) {
      // A parser that a deep text has broken is whole again before the next text.
      await loadParser();
      return parseStatement(sql);
    }
    if (sql.length > longestThreadText) return notAnalysed('longer than 8 MB');
    if (sql.includes('\0')) return notAnalysed('it holds a NUL byte');
    const turn = this.#queue.then(() => this.#askThread(sql));
    this.#queue = turn;
    return turn;
  }

  async #askThread(sql: string): Promise<ParsedStatement> {
    if (this.#closed) return notAnalysed('the parser was closed');
    this.#thread ??= new ParserThread();
    const answer = await this.#thread.ask(sql, this.#timeLimitMs);
    if (answer === null || answer.kind === 'broken') await this.#discardThread();
    if (answer === null) return notAnalysed('the parser gave no answer in time');
    if (answer.kind === 'broken') return notAnalysed(tooDeep);
    if (answer.kind === 'objection') return explainObjection(answer.message, answer.cursor);
    return toParsedStatement(sql, { ok: true, json: answer.json });
  }

  async #discardThread(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#discardThread();
  }
}
