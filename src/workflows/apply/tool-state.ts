import { openWritableState, type WritableState } from '../../foundation/history/open-writable-state.js';
import type { Session } from '../../foundation/postgres/session.js';
import { keepsState, type ProjectStateOptions } from '../../foundation/project/project-state.js';
import type { ParameterizedSql, ToolLock } from '../../foundation/project/state-writing.js';
import { quoteIdentifier } from '../../foundation/sql/quote-identifier.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Migration, Project } from '../../model/migration.js';

/** The team tool's own account in a database, as this run writes it. */
export interface ToolState {
  readonly recordApplied: (migration: Migration, session: Session, durationMs: number) => Promise<void>;
  readonly recordReverted: (migration: Migration, session: Session) => Promise<void>;
}

/** Migrations that no tool keeps an account of: the ledger is enough. */
const nothingToWrite: ToolState = {
  recordApplied: async () => undefined,
  recordReverted: async () => undefined,
};

export interface ToolStateOptions {
  readonly project: Project;
  readonly state: ProjectStateOptions;
  /** Migrations whose rows will be written. */
  readonly migrations: readonly Migration[];
  /** Whose the tables are that have to be made; null or missing: whoever logs in. */
  readonly role?: string | null;
}

/**
 * Prepares the tool's table, made as the tool makes it where it is missing. Hold the tool's lock.
 * @throws ChangeSafetyError `apply-refused` when a row cannot be written as the tool would.
 */
export async function openToolState(session: Session, options: ToolStateOptions): Promise<ToolState> {
  const { project, state, migrations, role = null } = options;
  if (!keepsState(project)) return nothingToWrite;
  const writable = await openWritableState(session, project, state);
  refuseUnwritable(writable, migrations);
  if (writable.create.length > 0) await makeOnce(session, writable.create, role);
  return {
    recordApplied: (migration, on, durationMs) => sendAll(on, writable.recordApplied({ migration, durationMs })),
    recordReverted: (migration, on) => sendAll(on, writable.recordReverted(migration)),
  };
}

/** @throws ChangeSafetyError `apply-refused` when a row cannot be written as the tool would. */
export function refuseUnwritable(writable: WritableState, migrations: readonly Migration[]): void {
  for (const migration of migrations) {
    const reason = writable.refuse(migration);
    if (reason === null) continue;
    throw new ChangeSafetyError({
      code: 'apply-refused',
      message: `${migration.path} could not be written into the table of ${writable.tool}: ${reason}`,
      remedy: `Apply it with ${writable.tool} itself.`,
      effect: 'none',
    });
  }
}

function roleSql(role: string | null): string {
  return role === null ? '' : `; SET LOCAL ROLE ${quoteIdentifier(role)}`;
}

async function makeOnce(session: Session, commands: readonly ParameterizedSql[], role: string | null): Promise<void> {
  await session.query(`BEGIN${roleSql(role)}`);
  try {
    await sendAll(session, commands);
    await session.query('COMMIT');
  } catch (cause) {
    await session.query('ROLLBACK').catch(() => undefined);
    throw cause;
  }
}

async function sendAll(session: Session, commands: readonly ParameterizedSql[]): Promise<void> {
  for (const { text, values } of commands) await session.query(text, values);
}

/** The lock of the tool, held on a session of its own. */
export interface HeldToolLock extends AsyncDisposable {
  readonly title: string;
  readonly session: Session;
  /** As `ToolLock` has it. */
  readonly waitersBlock: boolean;
}

/**
 * Tries once to take what the tool itself takes before it works; null where it takes nothing.
 * @throws ChangeSafetyError `lease-held` when the tool has it.
 */
export async function takeToolLock(
  connect: () => Promise<Session>,
  { project, state, role = null }: ToolStateOptions,
  holder: string,
): Promise<HeldToolLock | null> {
  if (!keepsState(project)) return null;
  const session = await connect();
  try {
    await session.query('SET idle_session_timeout = 0');
    const lock = (await openWritableState(session, project, state)).lock(holder);
    if (lock === null) {
      await session[Symbol.asyncDispose]();
      return null;
    }
    if (lock.prepare.length > 0) await makeOnce(session, lock.prepare, role);
    // A row stays locked when its holder is killed. Whoever has the lease of that run may free it.
    if (lock.kind === 'row') await releaseAll(session, lock);
    await takeParts(session, lock);
    return {
      title: lock.title,
      session,
      waitersBlock: lock.waitersBlock,
      [Symbol.asyncDispose]: async () => {
        const timer = setTimeout(() => session.cut(), longestReleaseMs);
        await releaseAll(session, lock).catch(() => undefined);
        await session[Symbol.asyncDispose]();
        clearTimeout(timer);
      },
    };
  } catch (cause) {
    await session[Symbol.asyncDispose]();
    throw cause;
  }
}

/** After that the server is taken for gone. */
const longestReleaseMs = 5_000;

function releaseAll(session: Session, { parts }: ToolLock): Promise<void> {
  return sendAll(
    session,
    parts.map(({ release }) => release),
  );
}

async function takeParts(session: Session, { parts, title }: ToolLock): Promise<void> {
  const taken: ParameterizedSql[] = [];
  for (const { take, release } of parts) {
    const [row] = (await session.query(take.text, take.values)).rows;
    if (row?.['taken'] === true) {
      taken.push(release);
      continue;
    }
    await sendAll(session, taken);
    throw new ChangeSafetyError({
      code: 'lease-held',
      message: `The team's own migration tool is at work: it holds ${title}.`,
      remedy: 'Wait until it has ended, and try again.',
      effect: 'none',
    });
  }
}
