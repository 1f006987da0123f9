import type { RunEvent } from '../model/apply-run.js';
import type { PreflightReport } from '../model/preflight.js';
import { applyCommand as commandRequest, type ApplyCommandRequest } from './apply-command.js';
import { apply as applyRequest, type ApplyRequest, type ApplyResult } from './apply.js';
import type { ChangeRequest } from './apply/change-request.js';
import type { WantedMigrations } from './choose-wanted.js';
import { systemClock } from './clock.js';
import { preflight as preflightRequest, type PreflightRequest } from './preflight.js';
import type { OnProgress } from './progress.js';
import { resume as resumeRequest, type ResumeRequest } from './resume.js';

/** What the options of the commands say that change a database, each with the same default. Paths are relative to `cwd`. */
export interface ChangeOptions {
  /** A configured target; either this or `database` has to be given. */
  readonly target?: string;
  /** Connection string of a database, in place of a target's. */
  readonly database?: string;
  /** The folder of migrations. Default: the configured one, else the one that is found below `cwd`. */
  readonly dir?: string;
  /** Single SQL files instead of a folder. */
  readonly files?: readonly string[];
  /** The tool whose migrations these are. Default: detected. */
  readonly format?: string;
  /** Run steps too of which nothing tells after a crash whether they took effect. */
  readonly allowUndecidable?: boolean;
  readonly serverBin?: string;
  readonly config?: string;
  /** Default: the process's folder and variables. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  readonly onEvent?: (event: RunEvent) => void;
}

export interface ValidatedOptions extends ChangeOptions {
  /** Default: what was applied is validated. */
  readonly validate?: boolean;
}

export interface PreflightOptions extends ChangeOptions {
  /** The last migration that is wanted. Default: all that the target lacks. */
  readonly until?: string;
  /** Just these. */
  readonly only?: readonly string[];
}

export interface ApplyOptions extends PreflightOptions, ValidatedOptions {
  /** Plan and print, and do nothing. */
  readonly dryRun?: boolean;
  /** Default: the gates are asked. */
  readonly gates?: boolean;
}

/**
 * Applies what a database lacks. Takes a few options, or a whole request. What goes wrong with the change is a result;
 * what keeps it from beginning throws ChangeSafetyError.
 */
export function apply(request: ApplyOptions | ApplyRequest): Promise<ApplyResult> {
  if ('selection' in request) return applyRequest(request);
  const { dryRun = false, gates = true, validate = true } = request;
  return applyRequest({ ...completeChange(request), ...wantedOf(request), dryRun, gates, validate });
}

/** Takes up a run that was broken off, and finishes it. Throws ChangeSafetyError when there is none. */
export function resume(request: ValidatedOptions | ResumeRequest): Promise<ApplyResult> {
  if ('selection' in request) return resumeRequest(request);
  return resumeRequest({ ...completeChange(request), validate: request.validate ?? true });
}

/** Asks every gate whether what a database lacks may be applied now. Nothing is changed. */
export function preflight(request: PreflightOptions | PreflightRequest): Promise<PreflightReport> {
  if ('selection' in request) return preflightRequest(request);
  return preflightRequest({ ...completeChange(request), ...wantedOf(request) });
}

/** Runs the team's own migration command against a database, with limits around every statement that it sends. */
export function applyCommand(
  request: (ValidatedOptions & { readonly exec: string }) | ApplyCommandRequest,
): Promise<ApplyResult> {
  if ('selection' in request) return commandRequest(request);
  const { exec, validate = true } = request;
  return commandRequest({ ...completeChange(request), exec, validate });
}

function wantedOf({ until, only }: PreflightOptions): WantedMigrations {
  return { until: until ?? null, only: only ?? [] };
}

function completeChange(options: ChangeOptions): ChangeRequest {
  const { dir, format, serverBin, config, files = [], target, database } = options;
  return {
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? process.env,
    clock: systemClock,
    signal: options.signal ?? new AbortController().signal,
    onProgress: options.onProgress ?? (() => undefined),
    onEvent: options.onEvent ?? (() => undefined),
    ...(config !== undefined && { configPath: config }),
    flags: { project: { dir, format }, stage: { serverBin } },
    selection: { paths: files },
    database: { database: database ?? null, target: target ?? null },
    allowUndecidable: options.allowUndecidable ?? false,
  };
}
