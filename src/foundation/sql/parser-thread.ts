import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** What the thread answers to one text. `broken`: the parser's stack or memory is exhausted, the thread is of no more use. */
export type ThreadAnswer =
  | { readonly kind: 'tree'; readonly json: string }
  | { readonly kind: 'objection'; readonly message: string; readonly cursor: number }
  | { readonly kind: 'broken' };

/**
 * Runs in the thread. Source text, because the thread has to start alike from the sources and from the built package.
 * Rows of nothing but constants are most of a long INSERT and tell nothing that the first row does not tell.
 */
const script = `
const { parentPort, workerData } = require('node:worker_threads');
const parser = require(workerData.library);

const isConstant = (node) =>
  'A_Const' in node || 'SetToDefault' in node || ('TypeCast' in node && isConstant(node.TypeCast.arg ?? {}));
const isPlain = (row) => (row.List?.items ?? []).every(isConstant);

function abridge(tree) {
  for (const { stmt } of tree.stmts ?? []) {
    const select = stmt?.InsertStmt?.selectStmt?.SelectStmt;
    if (select?.valuesLists) select.valuesLists = select.valuesLists.filter((row, at) => at === 0 || !isPlain(row));
  }
  return tree;
}

function answer(sql) {
  try {
    return { kind: 'tree', json: JSON.stringify(abridge(parser.parseSync(sql))) };
  } catch (error) {
    if (!parser.hasSqlDetails(error)) return { kind: 'broken' };
    return { kind: 'objection', message: error.message, cursor: error.sqlDetails.cursorPosition };
  }
}

parser.loadModule().then(() => parentPort.on('message', (sql) => parentPort.postMessage(answer(sql))));
`;

/** A text that grows beyond this ends its thread, not the process. */
const limits = { maxOldGenerationSizeMb: 1024 };

/** A thread with a parser of its own, which takes one text at a time. */
export class ParserThread implements AsyncDisposable {
  readonly #worker: Worker;

  constructor() {
    const library = createRequire(import.meta.url).resolve('libpg-query');
    this.#worker = new Worker(script, { eval: true, workerData: { library }, resourceLimits: limits, stderr: true });
    // What goes wrong is the answer to a question; a thread that nobody asks keeps no process alive.
    this.#worker.on('error', () => {});
    this.#worker.unref();
  }

  /** The answer; null when there is none in time (milliseconds) or the thread ended. After null or `broken`, dispose of it. */
  async ask(sql: string, timeLimitMs: number): Promise<ThreadAnswer | null> {
    const { promise, resolve } = settleable<ThreadAnswer | null>();
    const giveUp = () => resolve(null);
    const timer = setTimeout(giveUp, timeLimitMs);
    this.#worker.once('message', resolve).once('exit', giveUp).ref();
    try {
      this.#worker.postMessage(sql, []);
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#worker.off('message', resolve).off('exit', giveUp).unref();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}

function settleable<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let settle: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle?.(value) };
}
