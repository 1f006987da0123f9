import type {
  ActivitySession,
  BlockingTree,
  CancelAction,
  CancelAdvice,
  LockWait,
  PreparedTransaction,
} from '../../model/activity.js';

/** What the advice on a blocker is made from. */
export interface AdviceFacts {
  /** The root of a tree, or anybody else: null when it is gone, or a prepared transaction. */
  readonly session: ActivitySession | null;
  readonly prepared: PreparedTransaction | null;
  /** Of the tree below it; null for one who blocks nobody. */
  readonly tree: BlockingTree | null;
  /** What it waits for itself; null for a root. */
  readonly wait: LockWait | null;
  readonly deadlockTimeoutMs: number;
  /** Sessions of lockkeeper's own that look. */
  readonly ownPids: readonly number[];
}

/** Between two statements of a program a transaction is idle, too. */
const briefIdleMs = 2_000;

/** What may be done about somebody who blocks others, and why. Pure: it asks nobody. */
export function adviseCancel(facts: AdviceFacts): CancelAdvice {
  const { session, prepared, tree, wait, deadlockTimeoutMs } = facts;
  if (tree?.root.kind === 'prepared' || prepared !== null) return adviseOnPrepared(prepared);
  if (session === null) return leave('It is not there any more, or too young to be seen: look again.');
  if (facts.ownPids.includes(session.pid)) return leave('It is the session of lockkeeper that looks.');
  if (tree?.deadlock === true) {
    return without(
      'wait',
      `They wait for each other: the server ends one of them after deadlock_timeout (${deadlockTimeoutMs} ms).`,
    );
  }
  if (session.hidden) {
    return leave('What it does is hidden from this role: GRANT pg_monitor shows it.');
  }
  const ofServer = adviseOnServerProcess(session, deadlockTimeoutMs);
  if (ofServer !== null) return ofServer;
  if (wait !== null) {
    return act(
      'cancel',
      session,
      'It waits itself: cancelling it takes it out of the queue, and what its transaction did so far is rolled back.',
    );
  }
  return adviseOnClient(session);
}

function adviseOnPrepared(prepared: PreparedTransaction | null): CancelAdvice {
  if (prepared === null) {
    return without(
      'decide',
      'A transaction that is prepared for a two-phase commit holds the lock. Its coordinator, or a person, has to decide: see pg_prepared_xacts.',
    );
  }
  const gid = prepared.gid.replaceAll("'", "''");
  const where = prepared.database === null ? `database ${prepared.databaseOid}` : `database ${prepared.database}`;
  return without(
    'decide',
    `It was prepared for a two-phase commit and survives everything, a restart too. Ask its coordinator how it ended elsewhere; then, in ${where}: COMMIT PREPARED '${gid}' or ROLLBACK PREPARED '${gid}'. lockkeeper never decides that.`,
  );
}

/** Anything but a client's session; null for that. */
function adviseOnServerProcess(session: ActivitySession, deadlockTimeoutMs: number): CancelAdvice | null {
  const type = session.backendType ?? 'unknown process';
  switch (type) {
    case 'client backend':
      return null;
    case 'autovacuum worker':
      return isWraparoundVacuum(session)
        ? leave(
            'An autovacuum that prevents transaction ids from running out does not yield, and starts again when it is cancelled. Let it end, and change the table afterwards.',
          )
        : without(
            'wait',
            `An autovacuum yields by itself to whoever waits longer than deadlock_timeout (${deadlockTimeoutMs} ms), unless that one gives up before: its lock_timeout has to be longer.`,
          );
    case 'startup':
      return leave(
        'This is a standby that replays a lock: it is held on the primary. Look there; here it ends with the replayed transaction, or max_standby_streaming_delay ends the readers.',
      );
    case 'walsender':
      return leave('It sends WAL: a standby, a subscriber or a base backup would lose its connection.');
    default:
      return type.startsWith('logical replication')
        ? leave(
            'It applies what another server publishes, and is started again when it ends: ALTER SUBSCRIPTION … DISABLE stops it.',
          )
        : leave(`It is a ${type}, a process of the server or of an extension, and no client's session.`);
  }
}

function isWraparoundVacuum({ query }: ActivitySession): boolean {
  return query?.includes('(to prevent wraparound)') ?? false;
}

function adviseOnClient(session: ActivitySession): CancelAdvice {
  if (session.application.startsWith('lockkeeper')) {
    return leave('It is a run of lockkeeper, with limits of its own: interrupt that run where it was started.');
  }
  if (session.state === 'idle in transaction' || session.state === 'idle in transaction (aborted)') {
    return (session.stateMs ?? 0) < briefIdleMs
      ? act(
          'wait',
          session,
          'It is between two statements of its transaction. If it stays idle, terminate it: there is no query to cancel.',
        )
      : act(
          'terminate',
          session,
          'It is idle in a transaction that stays open. There is no query to cancel; ending the session rolls back what it did and frees its locks.',
        );
  }
  if (session.state === 'idle') {
    return act(
      'terminate',
      session,
      'It is idle, with a lock that belongs to the session (an advisory lock): only the end of the session frees it.',
    );
  }
  return adviseOnRunning(session);
}

function adviseOnRunning(session: ActivitySession): CancelAdvice {
  const { query, waitEvent, waitEventType, application } = session;
  const text = (query ?? '').replace(/^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '');
  if (waitEvent === 'SyncRep') {
    return leave(
      'Its commit waits for a synchronous standby. Cancelling makes the commit hold here without the standby having it: look at the standby.',
    );
  }
  if (/^(?:commit|end|rollback|abort|prepare\s+transaction)\b/i.test(text)) {
    return without('wait', 'It is ending its transaction.');
  }
  if (waitEventType === 'Client') {
    return act(
      'terminate',
      session,
      'It waits for its client to send or to take data, and a cancelled query would leave its transaction open: ending the session rolls it back.',
    );
  }
  if (/\bpg_dump(?:all)?\b/.test(application)) {
    return act(
      'cancel',
      session,
      'It is a dump: cancelled, it has to be made again from its beginning. It reads, so nothing else is lost.',
    );
  }
  return act('cancel', session, whatIsLost(text));
}

function whatIsLost(text: string): string {
  if (/^(?:create|reindex|drop)\b[\s\S]*\bconcurrently\b/i.test(text)) {
    return 'A concurrent command can be cancelled; it leaves an invalid index behind, which has to be dropped.';
  }
  if (/^alter\s+table\b[\s\S]*\bdetach\b[\s\S]*\bconcurrently\b/i.test(text)) {
    return 'DETACH CONCURRENTLY can be cancelled; FINALIZE has to complete it later.';
  }
  if (/^(?:vacuum|analyze)\b/i.test(text))
    return 'A VACUUM or ANALYZE by hand can be cancelled: it is only to be started again.';
  if (/^(?:select|table|values|with|show|fetch|copy\b[\s\S]*\bto)\b/i.test(text)) {
    return 'Its query can be cancelled: its client gets an error, and its transaction is rolled back.';
  }
  return 'Its statement can be cancelled: its client gets an error, and all that its transaction did is rolled back, which may be much work lost.';
}

function act(action: CancelAction, { pid }: ActivitySession, reason: string): CancelAdvice {
  const verb = action === 'cancel' ? 'cancel' : 'terminate';
  return { action, reason, command: `lockkeeper locks --${verb} ${pid}`, needsForce: false };
}

function without(action: CancelAction, reason: string): CancelAdvice {
  return { action, reason, command: null, needsForce: false };
}

function leave(reason: string): CancelAdvice {
  return { action: 'leave', reason, command: null, needsForce: true };
}
