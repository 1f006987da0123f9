import type { ApprovalDraft, SeenStatement } from '../model/approval.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import { type ApprovalWish, approve, listApprovals, reviewException, revokeStatement } from '../workflows/approve.js';
import { type WantedFlags, wantedOf } from './change-flags.js';
import { exitCodes } from './exit-code.js';
import { openProgressLine } from './progress-line.js';
import { requestOf } from './selection-flags.js';
import type { Surroundings } from './surroundings.js';

interface ReportFlags {
  readonly format: 'text' | 'json';
}

interface SigningFlags extends ReportFlags {
  readonly key?: string;
  readonly reason?: string;
  readonly yes?: boolean;
}

export interface ApproveListFlags extends Omit<WantedFlags, 'format'>, ReportFlags {}

export interface ApproveFlags extends Omit<WantedFlags, 'format'>, SigningFlags {
  readonly role?: string;
  readonly waive?: string;
  readonly anyChange?: boolean;
  readonly breakGlass?: boolean;
  readonly expires?: number;
}

export interface StatementFlags extends SigningFlags {
  readonly config?: string;
}

/** Shows what is to be signed, asks, and signs; 1 when nobody agreed. Throws ChangeSafetyError, as the others here do. */
export async function runApprove(paths: readonly string[], flags: ApproveFlags, around: Surroundings): Promise<number> {
  const key = requireKey(flags);
  const wish = wishOf(flags);
  const alone = openProgress(around);
  try {
    const result = await approve({
      ...requestOf(paths, flags, { around, onProgress: alone.report }),
      ...wantedOf(flags),
      wish,
      key,
      reason: flags.reason ?? null,
      validMs: flags.expires ?? null,
      agree: (draft) => alone.ask(() => agree(draft, flags, around)),
    });
    alone.close();
    if (result.report === null || result.recordPath === null) return exitCodes.findings;
    const { report, lacking, notes } = result;
    const about = {
      path: around.shorten(result.recordPath),
      lacking: wish.kind === 'approval' ? lacking : null,
      notes,
    };
    await show(report, { flags, around }, async (look) => {
      return (await import('../report/approve/terminal.js')).renderApproval(report, about, look);
    });
    return exitCodes.ok;
  } finally {
    alone.close();
  }
}

function wishOf({ role, waive, anyChange, breakGlass }: ApproveFlags): ApprovalWish {
  const wishes = [role, waive, breakGlass === true ? '--break-glass' : undefined].filter((one) => one !== undefined);
  if (wishes.length > 1)
    throw usage('--role, --waive and --break-glass are three different things.', 'Say one of them.');
  if (anyChange === true && waive === undefined)
    throw usage('--any-change goes with --waive.', 'Say --waive GATE too.');
  if (breakGlass === true) return { kind: 'break-glass' };
  if (waive !== undefined) return { kind: 'waiver', gate: waive, anyChange: anyChange ?? false };
  return { kind: 'approval', role: role ?? null };
}

/** Whoever signs sees what, with the figures of the rehearsal, before they are asked. */
async function agree(draft: ApprovalDraft, flags: SigningFlags, around: Surroundings): Promise<boolean> {
  if (flags.format === 'text') {
    const { renderApprovalDraft } = await import('../report/approve/terminal.js');
    around.stdout(renderApprovalDraft(draft, { width: around.width, color: around.color }));
  }
  return confirm('Sign it?', flags, around);
}

async function confirm(question: string, flags: SigningFlags, around: Surroundings): Promise<boolean> {
  if (flags.yes === true) return true;
  if (flags.format === 'json' || !around.interactive) {
    throw usage(`Nobody can be asked here: ${question}`, 'Say --yes when that is meant.');
  }
  return /^\s*y(?:es)?\s*$/i.test(await around.ask(`${question} [y/N] `));
}

/** 1 while something is lacking or overdue. */
export async function runApproveList(
  paths: readonly string[],
  flags: ApproveListFlags,
  around: Surroundings,
): Promise<number> {
  const alone = openProgress(around);
  try {
    const request = requestOf(paths, flags, { around, onProgress: alone.report });
    const report = await listApprovals({ ...request, ...wantedOf(flags) });
    alone.close();
    await show(report, { flags, around }, async (look) => {
      return (await import('../report/approve/terminal.js')).renderApprovalList(report, look);
    });
    const isOpen = report.lacking.length > 0 || report.reviews.some(({ overdue }) => overdue);
    return isOpen ? exitCodes.findings : exitCodes.ok;
  } finally {
    alone.close();
  }
}

interface AboutRun {
  readonly flags: StatementFlags;
  readonly around: Surroundings;
}

export async function runAboutStatement(
  verb: 'revoke' | 'review',
  record: string,
  { flags, around }: AboutRun,
): Promise<number> {
  const { cwd, env, clock, signal } = around;
  const alone = openProgress(around);
  const sign = verb === 'revoke' ? revokeStatement : reviewException;
  try {
    const signed = await sign({
      cwd,
      env,
      clock,
      signal,
      onProgress: alone.report,
      configPath: flags.config,
      key: requireKey(flags),
      record,
      reason: flags.reason ?? null,
      agree: (about, signer) => alone.ask(() => confirm(questionOf(verb, about, signer), flags, around)),
    });
    alone.close();
    if (signed === null) return exitCodes.findings;
    const about = { path: around.shorten(signed.recordPath), lacking: null, notes: signed.notes };
    await show(signed.report, { flags, around }, async (look) => {
      return (await import('../report/approve/terminal.js')).renderApproval(signed.report, about, look);
    });
    return exitCodes.ok;
  } finally {
    alone.close();
  }
}

function questionOf(
  verb: 'revoke' | 'review',
  { statement, principal, record }: SeenStatement,
  signer: string,
): string {
  const what = `the ${statement?.kind ?? 'statement'} ${record.slice(0, 12)} by ${principal ?? 'somebody unknown'} on ${statement?.target ?? ''}`;
  return verb === 'revoke' ? `Take back ${what}, as ${signer}?` : `Say as ${signer} that ${what} was looked into?`;
}

type Progress = ReturnType<typeof openProgressLine>;

/** No progress is drawn while somebody is asked: it would wipe the question away. */
function openProgress(around: Surroundings) {
  let line: Progress | null = openProgressLine(around.stderr);
  const close = (): void => {
    line?.[Symbol.dispose]();
    line = null;
  };
  return {
    close,
    report: (news: Parameters<Progress['report']>[0]) => line?.report(news),
    ask: async (question: () => Promise<boolean>): Promise<boolean> => {
      close();
      const answer = await question();
      line = openProgressLine(around.stderr);
      return answer;
    },
  };
}

interface Look {
  readonly width: number;
  readonly color: boolean;
}

type Shown = Parameters<typeof import('../report/json.js')['renderJson']>[0];

async function show(
  report: Shown,
  { flags, around }: { readonly flags: ReportFlags; readonly around: Surroundings },
  render: (look: Look) => Promise<string>,
): Promise<void> {
  const { width, color, stdout } = around;
  if (flags.format === 'json') stdout((await import('../report/json.js')).renderJson(report));
  else stdout(await render({ width, color }));
}

function requireKey({ key }: SigningFlags): string {
  if (key !== undefined) return key;
  throw usage(
    'It is not said with which key to sign.',
    '--key ~/.ssh/id_ed25519, or the .pub file of a key that an agent or a hardware token holds. `ssh-keygen -t ed25519` makes one.',
  );
}

function usage(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}
