import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';

/**
 * What libpg-query's own interface is built upon; here, an instance that is broken can be replaced. Texts are C strings,
 * and pointers are byte offsets into `HEAPU8`, which moves when memory grows.
 */
interface ParserModule {
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  readonly HEAPU32: Uint32Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  /** Answers with a struct of pointers: the tree as JSON, stderr, an error. */
  _wasm_parse_query_raw(query: number): number;
  _wasm_free_parse_result(result: number): void;
  /** Answers with JSON, or with an error's message. */
  _wasm_parse_plpgsql(query: number): number;
  _wasm_free_string(text: number): void;
}

/** A syntax tree as JSON, or the grammar's objection. */
export type ParserAnswer =
  | { readonly ok: true; readonly json: string }
  | {
      readonly ok: false;
      readonly message: string;
      /** 0-based, in code points. */
      readonly cursor: number;
    };

/**
 * One instance of PostgreSQL's parser. A text whose tree is too deep for the stack throws RangeError, and the instance
 * survives only some dozens of them; any other exception means that it is broken for good.
 */
export interface ParserInstance {
  parse(sql: string): ParserAnswer;
  /** The bodies of the PL/pgSQL functions, procedures and DO blocks of a text, as JSON. */
  parsePlpgsql(sql: string): ParserAnswer;
}

export async function createParserInstance(): Promise<ParserInstance> {
  // The optimising compiler would spend three times the CPU on a module that runs for milliseconds.
  setFlagsFromString('--liftoff-only');
  // `import` would first search the file for the names of its exports, which costs as much as all the rest.
  const require = createRequire(import.meta.url);
  const createModule: () => Promise<ParserModule> = require('libpg-query/wasm/libpg-query.js');
  return new LoadedParser(await createModule());
}

class LoadedParser implements ParserInstance {
  readonly #module: ParserModule;
  #memory: Buffer;

  constructor(module: ParserModule) {
    this.#module = module;
    this.#memory = Buffer.from(module.HEAPU8.buffer);
  }

  parse(sql: string): ParserAnswer {
    const query = this.#write(sql);
    const result = this.#module['_wasm_parse_query_raw'](query);
    const answer = this.#readResult(result);
    this.#module['_wasm_free_parse_result'](result);
    this.#module['_free'](query);
    return answer;
  }

  parsePlpgsql(sql: string): ParserAnswer {
    const query = this.#write(sql);
    const result = this.#module['_wasm_parse_plpgsql'](query);
    const text = this.#read(result);
    this.#module['_wasm_free_string'](result);
    this.#module['_free'](query);
    return text.startsWith('{') ? { ok: true, json: text } : { ok: false, message: text, cursor: 0 };
  }

  #readResult(result: number): ParserAnswer {
    const error = this.#word(result + 8);
    if (error === 0) return { ok: true, json: this.#read(this.#word(result)) };
    // The parser counts from 1; 0 is "nowhere".
    return { ok: false, message: this.#read(this.#word(error)), cursor: Math.max(this.#word(error + 16) - 1, 0) };
  }

  #word(pointer: number): number {
    return this.#module.HEAPU32[pointer >> 2] ?? 0;
  }

  #write(text: string): number {
    const longest = text.length * 3;
    const pointer = this.#module['_malloc'](longest + 1);
    if (pointer === 0) throw new Error('the parser is out of memory');
    const memory = this.#currentMemory();
    memory[pointer + memory.write(text, pointer, longest, 'utf8')] = 0;
    return pointer;
  }

  #read(pointer: number): string {
    const memory = this.#currentMemory();
    return memory.toString('utf8', pointer, memory.indexOf(0, pointer));
  }

  /** Memory that has grown is another buffer. */
  #currentMemory(): Buffer {
    const { buffer } = this.#module.HEAPU8;
    if (this.#memory.buffer !== buffer) this.#memory = Buffer.from(buffer);
    return this.#memory;
  }
}
