import type { Statement } from '../../model/sql-text.js';
import { type ScriptSource, ScriptReader } from './script-reader.js';

/**
 * Cuts a script into statements where psql would, by its tokens alone and in one pass. Comments around a
 * statement and empty statements are left out; rows after `COPY … FROM stdin;` become its `copyData`.
 * Never fails: text that does not close (a quote, a comment) belongs to the last statement, and the server will say so.
 */
export function splitScript(text: string, source: ScriptSource): readonly Statement[] {
  return new ScriptReader(text, source).read();
}
