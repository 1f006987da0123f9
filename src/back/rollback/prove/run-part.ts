import type { Session } from '../../../foundation/postgres/session.js';
import { missingExtension } from '../../../foundation/stage/missing-extension.js';
import { runScript } from '../../../foundation/steps/run-script.js';
import { statementNature } from '../../../foundation/steps/transaction-wrapping.js';
import type { Script } from '../../../model/migration.js';
import type { Statement } from '../../../model/sql-text.js';
import type { StatementError } from '../../../model/trace.js';

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
  if (mayKeepSettings(script) && !session.closed && session.transactionStatus !== 'failed')
    await session.query(asNewSession);
  const ms = run.statements.reduce((sum, { startedAt, endedAt }) => sum + endedAt - startedAt, run.commitMs ?? 0);
  const error = run.statements.findLast((statement) => statement.error !== null)?.error ?? null;
  if (run.outcome.kind === 'applied') {
    return options.insideTransaction ? fireDeferred(session, { script, ms }) : { ok: true, ms };
  }
  if (error === null) {
    return {
      ok: false,
      ms,
      reason: `${script.path}: the transaction was left open`,
      code: null,
      missingExtension: null,
    };
  }
  return { ok: false, ms, ...failureOf(error) };
}

/** A role, a time limit or a search path that a script left behind must not decide what is read next. */
function mayKeepSettings({ statements }: Script): boolean {
  return statements.some(({ sql }) => /\bset(?:_config)?\b/i.test(sql));
}

function failureOf(error: StatementError) {
  const { path, line, message, detail, code } = error;
  const reason = `${path}:${line}: ${message}${detail === null ? '' : ` (${detail})`}`;
  return { reason, code, missingExtension: missingExtension(error) };
}

/** What COMMIT would have checked. */
async function fireDeferred(
  session: Session,
  { script, ms }: { readonly script: Script; readonly ms: number },
): Promise<PartRun> {
  try {
    await session.query('SET CONSTRAINTS ALL IMMEDIATE');
    return { ok: true, ms };
  } catch (error) {
    const reason = `${script.path}: at COMMIT: ${error instanceof Error ? error.message : String(error)}`;
    return { ok: false, ms, reason, code: null, missingExtension: null };
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
