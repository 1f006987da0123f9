import type { Session } from '../../../foundation/postgres/session.js';
import { missingExtension } from '../../../foundation/stage/missing-extension.js';
import { runScript } from '../../../foundation/steps/run-script.js';
import type { ScriptRun } from '../../../foundation/steps/script-run.js';
import { statementNature } from '../../../foundation/steps/transaction-wrapping.js';
import type { Script } from '../../../model/migration.js';
import type { Statement } from '../../../model/sql-text.js';

/** How one script ran: the up, the way back, or the up once more. */
export type PartRun = { readonly ms: number } & (
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** With its place in the file. */
      readonly reason: string;
      readonly code: string | null;
      /** What the server does not ship. */
      readonly missingExtension: string | null;
    }
);

export interface RunPartOptions {
  readonly insideTransaction: boolean;
  readonly signal: AbortSignal;
}

/** What a tool's next run would not find: settings, temporary tables, cursors of the last one. */
const asNewSession = `RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; CLOSE ALL; DISCARD TEMP; DISCARD SEQUENCES`;

/** Runs a script as in a session of its own, up to its first failure, which is a result. The parser must be loaded. */
export async function runPart(session: Session, script: Script, options: RunPartOptions): Promise<PartRun> {
  await session.query(asNewSession);
  const run = await runScript(session, script, { ...options, observer: null, onProgress: () => undefined });
  const ms = run.statements.reduce((sum, { startedAt, endedAt }) => sum + endedAt - startedAt, run.commitMs ?? 0);
  if (run.outcome.kind !== 'applied') return { ok: false, ms, ...failureOf(script, run) };
  const deferred = options.insideTransaction ? await fireDeferred(session) : null;
  if (deferred !== null) {
    return { ok: false, ms, reason: `${script.path}: at COMMIT: ${deferred}`, code: null, missingExtension: null };
  }
  if (mayKeepSettings(script)) await session.query(asNewSession);
  return { ok: true, ms };
}

/** A role, a time limit or a search path that a script left behind must not decide what is read next. */
function mayKeepSettings({ statements }: Script): boolean {
  return statements.some(({ sql }) => /\bset(?:_config)?\b/i.test(sql));
}

function failureOf({ path: script }: Script, { statements }: ScriptRun) {
  const error = statements.findLast((statement) => statement.error !== null)?.error ?? null;
  if (error === null) return { reason: `${script}: the transaction was left open`, code: null, missingExtension: null };
  const { path, line, message, detail, code } = error;
  const reason = `${path}:${line}: ${message}${detail === null ? '' : ` (${detail})`}`;
  return { reason, code, missingExtension: missingExtension(error) };
}

/** What COMMIT would have checked: what it would have said, or null. */
async function fireDeferred(session: Session): Promise<string | null> {
  try {
    await session.query('SET CONSTRAINTS ALL IMMEDIATE');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The script without the BEGIN and COMMIT around it, when it can run in a transaction of somebody else; else null. */
export function withoutOwnBlock(script: Script): Script | null {
  const natures = script.statements.map((statement) => ({ statement, nature: statementNature(statement.sql) }));
  if (natures.some(({ nature }) => nature.transactionBlock === 'refused')) return null;
  const controls = natures.flatMap(({ nature }, index) => (nature.controlsTransaction ? [index] : []));
  if (controls.length === 0) return script;
  const { statements } = script;
  const wraps = controls.length === 2 && controls[0] === 0 && controls[1] === statements.length - 1;
  const [first, last] = [statements[0], statements.at(-1)];
  return wraps && opens(first) && closes(last) ? { ...script, statements: statements.slice(1, -1) } : null;
}

const opens = (statement: Statement | undefined): boolean => /^(?:begin|start)\b/i.test(statement?.sql ?? '');
const closes = (statement: Statement | undefined): boolean =>
  /^(?:commit|end)\b/i.test(statement?.sql ?? '') && !/\b(?:prepared|and\s+chain)\b/i.test(statement?.sql ?? '');
