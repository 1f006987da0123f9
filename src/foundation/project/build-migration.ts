import type { Migration, Script } from '../../model/migration.js';
import { expandPsql, type IncludedFile } from '../sql/expand-psql.js';
import { splitScript } from '../sql/split-script.js';
import { readClaims } from './claims.js';
import { rememberFileText } from './file-text.js';
import type { ProjectFiles, RawMigration, RawScript } from './format.js';
import { resolveTransaction } from './resolve-transaction.js';

export interface ScriptContext {
  readonly files: ProjectFiles;
  /** Finds the file of a `\i` (`from` null) or `\ir`, as a path relative to the project's folder; null when there is none. */
  readonly findInclude: (name: string, from: string | null) => string | null;
  /** Values of psql variables, as `psql -v` sets them. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Turns what a format read into statements, transactions, claims and sources. The parser must be loaded. */
export function buildMigration(
  raw: RawMigration,
  context: ScriptContext & { readonly sharesFile: boolean },
): Migration {
  const { files, sharesFile } = context;
  const up = buildScript(raw.up, context);
  const down = raw.down === null ? null : buildScript(raw.down, context);
  const fileText = files.paths.includes(raw.up.path) ? files.text(raw.up.path) : null;
  const wholeFile = !sharesFile && fileText !== null;
  const claims = wholeFile ? readClaims(fileText, 1) : readClaims(raw.up.text, raw.up.firstLine);
  const paths = [raw.up.path, ...up.includes, ...(raw.down === null ? [] : [raw.down.path]), ...(down?.includes ?? [])];
  const migration: Migration = {
    id: raw.id,
    name: raw.name,
    ...up.script,
    down: down?.script ?? null,
    repeatable: raw.repeatable ?? false,
    claims,
    sources: [...new Set(paths)].map((path) => ({ path, sha256: files.sha256(path) })),
  };
  if (fileText !== null) rememberFileText(migration, fileText);
  return migration;
}

interface BuiltScript {
  readonly script: Script;
  readonly includes: readonly string[];
}

function buildScript(raw: RawScript, context: ScriptContext): BuiltScript {
  const { statements, includes } = raw.psql === true ? readPsql(raw, context) : readSql(raw);
  const transaction = resolveTransaction(raw.transaction, statements);
  return { script: { path: raw.path, transaction, statements }, includes: [...(raw.includes ?? []), ...includes] };
}

function readSql({ text, path, firstLine, delimiter }: RawScript) {
  return { statements: splitScript(text, { path, firstLine, delimiter }), includes: [] };
}

function readPsql({ text, path, firstLine }: RawScript, { files, findInclude, variables }: ScriptContext) {
  const include = (name: string, from: string | null): IncludedFile | null => {
    const found = findInclude(name, from);
    return found === null ? null : { path: found, text: files.text(found) };
  };
  return expandPsql(text, { path, firstLine, variables, include });
}
