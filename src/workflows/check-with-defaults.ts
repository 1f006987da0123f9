import type { CheckReport } from '../model/check.js';
import { check as checkRequest, type CheckRequest } from './check.js';
import type { OnProgress } from './progress.js';

/** What the options of the command say, each with the same default. Paths are relative to `cwd`. */
export interface CheckOptions {
  /** The folder of migrations. Default: the configured one, else the one that is found below `cwd`. */
  readonly dir?: string;
  /** Single SQL files instead of a folder. */
  readonly files?: readonly string[];
  /** SQL that stands in no file. */
  readonly sql?: string;
  /** The tool whose migrations these are. Default: detected. */
  readonly format?: string;
  /** The last so many migrations; those before them are history. Default: all. */
  readonly pending?: number;
  /** From the migration with this id on. */
  readonly from?: string;
  /** Migrations whose files are new since this git revision. */
  readonly since?: string;
  /** Of what these come to, no later migration than this. */
  readonly until?: string;
  /** Of what these come to, just these. */
  readonly only?: readonly string[];
  /** A configured target: its schema, sizes and tier, and what its own tool says is unapplied. */
  readonly target?: string;
  /** Connection string of a database whose schema and sizes are read. */
  readonly database?: string;
  /** Replay the history on a server of our own. Default: where there is history. */
  readonly shadow?: boolean;
  readonly serverMajor?: number;
  /** Judge style too. */
  readonly style?: boolean;
  /** File of the findings that are accepted. */
  readonly baseline?: string;
  readonly config?: string;
  /** Default: the process's folder and variables. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/**
 * Says from the SQL what migrations lock, rewrite, scan and break. Takes a few options, or a whole request. A dangerous
 * change is a result; throws ChangeSafetyError where nothing could be judged.
 */
export function check(request: CheckOptions | CheckRequest = {}): Promise<CheckReport> {
  return checkRequest('selection' in request ? request : completeRequest(request));
}

function completeRequest(options: CheckOptions): CheckRequest {
  const { dir, format, serverMajor, shadow, config, baseline } = options;
  const { files = [], pending, from, since, until, only } = options;
  return {
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? process.env,
    signal: options.signal ?? new AbortController().signal,
    onProgress: options.onProgress ?? (() => undefined),
    ...(config !== undefined && { configPath: config }),
    flags: { project: { dir, format }, stage: { major: serverMajor } },
    selection: { paths: files, pending, from, since, until, only },
    sql: options.sql ?? null,
    schema: {
      kind: shadow === undefined ? 'auto' : shadow ? 'shadow' : 'text',
      database: options.database ?? null,
      target: options.target ?? null,
    },
    style: options.style ?? false,
    baseline: baseline === undefined ? null : { path: baseline, write: false },
  };
}
