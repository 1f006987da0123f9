import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { Severity } from '../model/rehearsal.js';
import { findingsOf, type VerifyReport } from '../model/verify-report.js';
import { verify, type VerifyAction, type VerifyRequest } from '../workflows/verify.js';
import type { ApplyFormat } from './apply-format.js';
import { exitCodes, severities } from './exit-code.js';
import { openProgressLine } from './progress-line.js';
import type { Surroundings } from './surroundings.js';
import { writeChangeReport } from './write-apply-report.js';
import type { ReportLook } from './write-report.js';

/** The options of `verify`, as they were parsed. */
export interface VerifyFlags {
  readonly config?: string;
  readonly target?: string;
  readonly database?: string;
  readonly table?: readonly string[];
  readonly schema?: readonly string[];
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly snapshot?: string;
  readonly compare?: readonly string[];
  readonly fenced?: boolean;
  readonly changeDigest?: string;
  readonly onReplica?: boolean;
  readonly throttle?: number;
  readonly maxTransaction?: number;
  readonly resume?: boolean;
  readonly format?: ApplyFormat;
  readonly output?: string;
  readonly failOn: Severity;
  readonly verbose?: boolean;
}

/** Verifies, shows the report, and returns the exit code. Throws ChangeSafetyError. */
export async function runVerify(flags: VerifyFlags, around: Surroundings): Promise<number> {
  const { report, recordPath } = await read(flags, around);
  await writeChangeReport((format, look) => render(report, format, look), { flags, around, write: around.stdout });
  around.stderr.write(`Record: ${around.shorten(recordPath)}\n`);
  return exitCodeOf(report, flags.failOn);
}

async function read(flags: VerifyFlags, around: Surroundings) {
  using progress = openProgressLine(around.stderr);
  return await verify({ ...requestOf(flags, around), onProgress: progress.report });
}

function requestOf(flags: VerifyFlags, { cwd, env, clock, signal }: Surroundings): Omit<VerifyRequest, 'onProgress'> {
  const { database = null, target = null, throttle = null, maxTransaction = null, changeDigest = null } = flags;
  return {
    cwd,
    env,
    clock,
    signal,
    configPath: flags.config,
    database: { database, target },
    action: actionOf(flags),
    tables: flags.table ?? [],
    schemas: flags.schema ?? [],
    only: flags.only ?? null,
    skip: flags.skip ?? [],
    fenced: flags.fenced ?? false,
    onReplica: flags.onReplica ?? false,
    throttle,
    maxTransactionSeconds: maxTransaction,
    resume: flags.resume ?? false,
    changeDigest,
  };
}

function actionOf({ snapshot, compare }: VerifyFlags): VerifyAction {
  if (snapshot !== undefined) return { kind: 'snapshot', path: snapshot };
  if (compare === undefined) return { kind: 'assert' };
  const [left, right = null, more] = compare;
  if (left !== undefined && more === undefined) return { kind: 'compare', left, right };
  throw new ChangeSafetyError({
    code: 'usage',
    message: 'A comparison has one or two sides.',
    remedy: 'Say --compare SNAPSHOT, or --compare A B.',
    effect: 'none',
  });
}

/** What nobody could look at never counts as a pass. */
function exitCodeOf(report: VerifyReport, failOn: Severity): number {
  if (report.verdict !== 'passed') return exitCodes.findings;
  const line = severities.indexOf(failOn);
  const reached = findingsOf(report).some(({ weight }) => weight !== 'unknown' && severities.indexOf(weight) >= line);
  return reached ? exitCodes.findings : exitCodes.ok;
}

async function render(report: VerifyReport, format: ApplyFormat, look: ReportLook): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('../report/verify/terminal.js')).renderVerifyTerminal(report, look);
    case 'json':
      return (await import('../report/json.js')).renderJson(report);
    case 'markdown':
      return (await import('../report/verify/markdown.js')).renderVerifyMarkdown(report);
    default:
      return format satisfies never;
  }
}
