import { splitScript } from '../../sql/split-script.js';
import type { DeclaredTransaction, FormatOptions, ProjectFiles, RawScript } from '../format.js';
import { replaceFlywayPlaceholders } from './flyway-placeholders.js';

/** Statements for which Flyway leaves out its transaction. `ALTER TYPE … ADD VALUE` counted only before PostgreSQL 12. */
const nonTransactional = [
  /^(?:CREATE|DROP) (?:DATABASE|TABLESPACE|SUBSCRIPTION)\b/,
  /^ALTER SYSTEM\b/,
  /^(?:CREATE|DROP)(?: UNIQUE)? INDEX CONCURRENTLY\b/,
  /^REINDEX(?: VERBOSE| ?\([^)]*\))? ?(?:SCHEMA|DATABASE|SYSTEM)\b/,
  /^VACUUM\b/,
  /^DISCARD ALL\b/,
];

export interface FlywayScript {
  readonly script: RawScript;
  /** `shouldExecute=false` in the `.conf` file beside it. */
  readonly skipped: boolean;
  readonly notes: readonly string[];
}

/** Reads a SQL file of Flyway with the `.conf` file beside it, placeholders replaced. */
export function readFlywayScript(files: ProjectFiles, path: string, options: FormatOptions): FlywayScript {
  const confPath = `${path}.conf`;
  const conf = files.paths.includes(confPath) ? parseConf(files.text(confPath)) : new Map<string, string>();
  const raw = files.text(path);
  const replaces = conf.get('placeholderreplacement') !== 'false';
  const text = replaces ? replaceFlywayPlaceholders(raw, path, options.placeholders) : raw;
  const { transaction, notes } = chooseTransaction(path, text, conf.get('executeintransaction'));
  return {
    script: { path, text, firstLine: 1, transaction, ...(conf.size > 0 && { includes: [confPath] }) },
    skipped: conf.get('shouldexecute') === 'false',
    notes,
  };
}

function parseConf(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).map((line) => /^\s*(?:flyway\.)?(\w+)\s*[=:]\s*(.*?)\s*$/.exec(line));
  return new Map(
    lines.flatMap((line) => (line === null ? [] : [[(line[1] as string).toLowerCase(), line[2] as string]])),
  );
}

function chooseTransaction(
  path: string,
  text: string,
  declared: string | undefined,
): { readonly transaction: DeclaredTransaction; readonly notes: readonly string[] } {
  if (declared === 'false')
    return {
      transaction: {
        mode: 'none',
        reason: `${path}.conf says executeInTransaction=false: Flyway opens no transaction, each statement commits by itself`,
      },
      notes: [],
    };
  if (declared === 'true')
    return {
      transaction: {
        mode: 'single',
        reason: `${path}.conf says executeInTransaction=true: Flyway runs the file in one transaction`,
      },
      notes: [],
    };
  const statements = splitScript(text, { path, firstLine: 1 });
  const outside = statements.filter((statement) => refusesTransaction(statement.sql));
  const first = outside[0];
  if (first === undefined)
    return {
      transaction: { mode: 'single', reason: 'Flyway runs each migration in a transaction of its own' },
      notes: [],
    };
  const reason = `Flyway opens no transaction for a file with a statement like the one on line ${first.span.line} (${opening(first.sql)}); each statement commits by itself`;
  const mixed = outside.length < statements.length;
  return {
    transaction: { mode: 'none', reason },
    notes: mixed
      ? [
          `${path} mixes statements that can run in a transaction with one that cannot (line ${first.span.line}, ${opening(first.sql)}). Flyway refuses the file unless it is configured with mixed=true; it is read here as with mixed=true, without a transaction.`,
        ]
      : [],
  };
}

function refusesTransaction(sql: string): boolean {
  const plain = plainText(sql);
  return nonTransactional.some((pattern) => pattern.test(plain));
}

function opening(sql: string): string {
  return plainText(sql).split(' ').slice(0, 3).join(' ');
}

/** The head of a statement in capitals, comments and line breaks reduced to single spaces. */
function plainText(sql: string): string {
  return sql
    .slice(0, 2000)
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .toUpperCase();
}
