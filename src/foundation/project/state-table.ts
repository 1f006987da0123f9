import type { Migration } from '../../model/migration.js';
import type { FormatOptions, ProjectFiles } from './project-files.js';
import type { StateWriting } from './state-writing.js';

export interface StateTableName {
  /** Null: wherever the search path finds it. */
  readonly schema: string | null;
  readonly name: string;
}

/** What a tool has been told about itself, outside its migrations. */
export interface ToolSettings {
  /** Text of a settings file, by its name; null when there is none. */
  readonly file: (name: string) => string | null;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly placeholders: FormatOptions['placeholders'];
}

/** A row as text, in the server's own notation (`true`, `\x00ff`); a column that the table lacks is missing. */
export type StateRow = Readonly<Record<string, string | null>>;

/** What one row says of one migration. */
export interface StateEntry {
  /** Id of the migration; what the tool calls it where no file has it. */
  readonly id: string;
  /** A file of the project has it. */
  readonly known: boolean;
  /** `again`: applied, but the tool runs it, or may run it, once more. `absent`: a later row takes an earlier one back. */
  readonly state: 'applied' | 'failed' | 'again' | 'absent';
  /** The text was changed after it was applied, by the checksum of the tool. */
  readonly edited: boolean;
}

/** The migrations that rows are about, and the files they came from. */
export interface StateSubject {
  readonly migrations: readonly Migration[];
  readonly files: ProjectFiles;
  readonly options: FormatOptions;
}

/** What a tool does with a migration that is not applied though a later one is. */
export type GapConduct = 'applies' | 'refuses' | 'skips';

/** Where a tool writes down what it has applied, and what its rows mean. Pure. */
export interface StateTable {
  /** The tool's default, or what its settings name. */
  locate(settings: ToolSettings): StateTableName;
  /** Columns without which a table of that name is somebody else's. */
  readonly columns: readonly string[];
  /** Columns that only some versions of the tool have. */
  readonly laterColumns?: readonly string[];
  /** Columns that bring the rows into the order in which they were written. */
  readonly orderBy: readonly string[];
  gaps(subject: StateSubject): GapConduct;
  /** The last entry of a migration counts. */
  read(rows: readonly StateRow[], subject: StateSubject): readonly StateEntry[];
  readonly writing: StateWriting;
}

/** The value after `key = …` or `key: …` in a text of settings, without its quotes; null when the key is not there. */
export function settingIn(text: string | null, key: string): string | null {
  if (text === null) return null;
  const escaped = key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = new RegExp(`^[^\\S\\n]*(?:export\\s+)?["']?${escaped}["']?[^\\S\\n]*[=:][^\\S\\n]*(.*)$`, 'm').exec(
    text,
  );
  const value = found?.[1]?.trim() ?? '';
  const quoted = /^(["'`])(.*?)\1/.exec(value);
  const bare = quoted === null ? value.replace(/(?:\s[#;].*|[,;])$/, '').trim() : (quoted[2] as string);
  return bare === '' ? null : bare;
}

/** `schema.name` or `name`, each part with or without double quotes. */
export function parseTableName(text: string, schema: string | null = null): StateTableName {
  const parts = [...text.matchAll(/"((?:[^"]|"")*)"|([^."]+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? (bare as string),
  );
  const name = parts.at(-1) ?? text;
  return { schema: parts.length > 1 ? (parts.at(-2) as string) : schema, name };
}

/** The plainest entry: a migration that was applied, known when a file has the id. */
export function appliedEntry(id: string, { migrations }: StateSubject): StateEntry {
  return { id, known: migrations.some((migration) => migration.id === id), state: 'applied', edited: false };
}
