import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Statement } from '../../model/sql-text.js';
import { readPsqlArguments } from './psql-arguments.js';
import { quoteLiteral } from './quote-identifier.js';
import { type PsqlCommandResult, type PsqlReader, ScriptReader } from './script-reader.js';

/** A file that `\i` or `\ir` names, found by the caller. */
export interface IncludedFile {
  readonly path: string;
  readonly text: string;
}

export interface PsqlScript {
  readonly path: string;
  readonly firstLine: number;
  /** Variables that are set before the script starts, as with `psql -v`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Finds an included file; null when there is none. `from` is the including file for `\ir`, null for `\i`. */
  include(name: string, from: string | null): IncludedFile | null;
}

export interface ExpandedScript {
  readonly statements: readonly Statement[];
  /** Included files in the order of their first use, nested ones too. */
  readonly includes: readonly string[];
}

/**
 * Reads a script as psql does: follows `\i` and `\ir`, sets and substitutes variables, passes over commands that only
 * change psql's output. Spans point into the file in which a statement really stands.
 * @throws ChangeSafetyError `script-invalid` naming file and line, for a command that cannot be rehearsed.
 */
export function expandPsql(text: string, script: PsqlScript): ExpandedScript {
  const run: PsqlRun = { script, variables: new Map(Object.entries(script.variables ?? {})), includes: [] };
  const file = new PsqlFile(run, [script.path]);
  const statements = new ScriptReader(text, { path: script.path, firstLine: script.firstLine }, file).read();
  return { statements, includes: [...new Set(run.includes)] };
}

/** What all files of one psql run share. */
interface PsqlRun {
  readonly script: PsqlScript;
  readonly variables: Map<string, string>;
  readonly includes: string[];
}

/** Commands that change what psql prints, and nothing on the server. */
const silentCommands = new Set(
  'restrict unrestrict echo qecho warn timing pset a C f H t T x o out conninfo errverbose encoding p print'.split(' '),
);

const refusedCommands: Readonly<Record<string, string>> = {
  copy: 'Write `COPY … FROM stdin;` with the rows below it, or load the file with --data: \\copy reads a file of the client, which another tool does not see.',
  c: 'Put statements for another database into a project of their own: one rehearsal has one database.',
  connect: 'Put statements for another database into a project of their own: one rehearsal has one database.',
  gexec: 'Write the generated statements out, or run them in a DO block with EXECUTE.',
  if: 'Write the condition in SQL (IF EXISTS, or a DO block): what runs must not depend on the client.',
};

const variableReference = /:(?:([\w\u0080-\uffff]+)|'([\w\u0080-\uffff]+)'|"([\w\u0080-\uffff]+)")/uy;

class PsqlFile implements PsqlReader {
  readonly #run: PsqlRun;
  /** This file last, the files that include it before. */
  readonly #chain: readonly string[];

  constructor(run: PsqlRun, chain: readonly string[]) {
    this.#run = run;
    this.#chain = chain;
  }

  variableAt(text: string, offset: number, line: number): { readonly value: string; readonly length: number } | null {
    variableReference.lastIndex = offset;
    const reference = variableReference.exec(text);
    if (reference === null) return null;
    const value = this.#valueOf(reference);
    if (value === null) return null;
    if (reference[1] !== undefined && value.includes(';')) {
      throw this.#refusal(line, `:${reference[1]} stands for text with a semicolon`, 'Write the statements out.');
    }
    return { value, length: reference[0].length };
  }

  command(command: string, context: { readonly line: number; readonly midStatement: boolean }): PsqlCommandResult {
    const name = /^[^\s\\]*/.exec(command)?.[0] ?? '';
    const { values, runsShell } = readPsqlArguments(command.slice(name.length), (text) => this.#substitute(text));
    if (runsShell)
      throw this.#refusal(context.line, `\\${name} runs a shell command`, 'Write its result into the file.');
    if (name === 'i' || name === 'include' || name === 'ir' || name === 'include_relative') {
      const relative = name === 'ir' || name === 'include_relative';
      if (context.midStatement) {
        throw this.#refusal(context.line, `\\${name} stands inside a statement`, 'End the statement before it.');
      }
      return { statements: this.#include(values[0] ?? '', { relative, line: context.line }), quit: false };
    }
    if (name === 'set') this.#set(values, context.line);
    else if (name === 'unset') this.#run.variables.delete(values[0] ?? '');
    else if (name !== 'q' && name !== 'quit' && !silentCommands.has(name)) this.#refuse(name, context.line);
    return { statements: [], quit: name === 'q' || name === 'quit' };
  }

  #include(name: string, place: { readonly relative: boolean; readonly line: number }): readonly Statement[] {
    const including = this.#chain.at(-1) as string;
    const file = this.#run.script.include(name, place.relative ? including : null);
    if (file === null) {
      throw this.#refusal(place.line, `the included file "${name}" does not exist`, includeRemedy);
    }
    if (this.#chain.includes(file.path)) {
      const circle = [...this.#chain, file.path].join(' → ');
      throw this.#refusal(place.line, `the file includes itself: ${circle}`, 'Remove one of these includes.');
    }
    this.#run.includes.push(file.path);
    const reader = new PsqlFile(this.#run, [...this.#chain, file.path]);
    return new ScriptReader(file.text, { path: file.path, firstLine: 1 }, reader).read();
  }

  #set(values: readonly string[], line: number): void {
    const [name, ...rest] = values;
    if (name === undefined) return;
    const value = rest.join('');
    const changesTransactions =
      (name === 'AUTOCOMMIT' && /^(off|0|false|no)$/i.test(value)) ||
      (name === 'ON_ERROR_ROLLBACK' && /^(on|1|true|yes)$/i.test(value));
    if (changesTransactions) {
      throw this.#refusal(
        line,
        `\\set ${name} ${value} changes how psql opens transactions`,
        'Write BEGIN and COMMIT instead.',
      );
    }
    this.#run.variables.set(name, value);
  }

  #substitute(text: string): string | null {
    variableReference.lastIndex = 0;
    const reference = variableReference.exec(text);
    return reference === null ? null : this.#valueOf(reference);
  }

  #valueOf(reference: RegExpExecArray): string | null {
    const [, bare, literal, identifier] = reference;
    const value = this.#run.variables.get((bare ?? literal ?? identifier) as string);
    if (value === undefined) return null;
    if (literal !== undefined) return quoteLiteral(value);
    // psql quotes always here, even where the name could stand bare.
    return identifier === undefined ? value : `"${value.replaceAll('"', '""')}"`;
  }

  #refuse(name: string, line: number): never {
    const remedy =
      refusedCommands[name] ?? 'Write it in SQL; the commands that are understood are \\i, \\ir and \\set.';
    throw this.#refusal(line, `psql's \\${name} cannot be rehearsed`, remedy);
  }

  #refusal(line: number, message: string, remedy: string): ChangeSafetyError {
    const path = this.#chain.at(-1) as string;
    return new ChangeSafetyError({
      code: 'script-invalid',
      message: `${path}:${line}: ${message}.`,
      remedy,
      effect: 'none',
    });
  }
}

const includeRemedy = 'Write the path relative to the project for \\i, or relative to the including file for \\ir.';
