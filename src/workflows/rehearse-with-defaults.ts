import { systemClock } from './clock.js';
import type { OnProgress } from './progress.js';
import { rehearse as rehearseRequest, type RehearseRequest, type RehearseResult } from './rehearse.js';

/** What the options of the command say, each with the same default. Paths are relative to `cwd`. */
export interface RehearseOptions {
  /** The folder of migrations. Default: the configured one, else the one that is found below `cwd`. */
  readonly dir?: string;
  /** Single SQL files instead of a folder. */
  readonly files?: readonly string[];
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
  /** A configured target: what its own tool says is unapplied, is the change. */
  readonly target?: string;
  /** Connection string of a database, in place of a target's. */
  readonly database?: string;
  /** A command of the team's own tool, instead of the project's SQL. */
  readonly exec?: string;
  readonly serverMajor?: number;
  readonly serverBin?: string;
  readonly stageUrl?: string;
  readonly schemaFrom?: string;
  readonly data?: string;
  /** Every table is filled with this many rows. */
  readonly rows?: number;
  /** Requests per second on each touched table. */
  readonly traffic?: number;
  readonly standby?: boolean;
  readonly role?: string;
  /** Run each migration once more after it was applied. */
  readonly twice?: boolean;
  readonly config?: string;
  /** Default: the process's folder and variables. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/**
 * Tries a change on a disposable server under observers, and records what was seen. Takes a few options, or a whole
 * request. A change that fails is a result; a stage that cannot be built throws ChangeSafetyError.
 */
export function rehearse(request: RehearseOptions | RehearseRequest = {}): Promise<RehearseResult> {
  return rehearseRequest('selection' in request ? request : completeRequest(request));
}

function completeRequest(options: RehearseOptions): RehearseRequest {
  const { dir, format, serverMajor, serverBin, data, schemaFrom, config } = options;
  const { files = [], pending, from, since, until, only } = options;
  return {
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? process.env,
    clock: systemClock,
    signal: options.signal ?? new AbortController().signal,
    onProgress: options.onProgress ?? (() => undefined),
    ...(config !== undefined && { configPath: config }),
    flags: { project: { dir, format }, stage: { major: serverMajor, serverBin, data, schemaFrom } },
    selection: { paths: files, pending, from, since, until, only },
    database: { database: options.database ?? null, target: options.target ?? null },
    stage: {
      url: options.stageUrl ?? null,
      standby: options.standby ?? false,
      rows: options.rows ?? null,
      role: options.role ?? null,
    },
    trafficPerSecond: options.traffic ?? null,
    twice: options.twice ?? false,
    exec: options.exec ?? null,
  };
}
