import { statfsSync } from 'node:fs';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { MigrationTrace } from '../../model/trace.js';
import { asServerError } from '../postgres/server-error.js';
import type { Stage } from './stage.js';

const diskFull = '53100';
/** Connection exceptions, and a server that is stopping, crashed, or recovering. */
const lostState = /^08|^57P0[1-5]$/;
const lostWords = /Connection terminated|not queryable|connection error|ECONNRESET|EPIPE/;
/** A server ends when it finds no room for the next segment of its WAL, and then its files go. */
const leastUsefulBytes = 4 * 1024 * 1024;
const lookMs = 50;

/**
 * Does work on a stage whose own end, or want of room, says nothing about the change: they throw `disk-full` or
 * `query-failed`. Everything else, and what the user interrupts, goes its way.
 */
export async function explainStageFailure<Result>(
  stage: Stage,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  using room = watchRoom(stage.target.host);
  try {
    return await work();
  } catch (error) {
    if (signal.aborted || !isOfStage(error)) throw error;
    throw asServerError(error)?.code === diskFull || room.ranOut() ? noRoom(stage, error) : brokeOff(stage, error);
  }
}

/** A change that found the stage's disk full was not tried. Throws `disk-full`. */
export function refuseFullDisk(stage: Stage, migrations: readonly MigrationTrace[]): void {
  const failed = migrations.find(({ state }) => state.kind !== 'applied');
  const error = failed?.statements.at(-1)?.error;
  if (error?.code === diskFull) throw noRoom(stage, new Error(error.message));
}

function isOfStage(error: unknown): boolean {
  if (error instanceof ChangeSafetyError) return error.code === 'connection-failed';
  const server = asServerError(error);
  if (server !== null) return server.code === diskFull || lostState.test(server.code ?? '');
  return error instanceof Error && lostWords.test(error.message);
}

interface RoomWatch extends Disposable {
  ranOut(): boolean;
}

/** Looks while there is something to see: afterwards nothing tells why the server ended. Its socket lies with its data. */
function watchRoom(folder: string): RoomWatch {
  let full = false;
  const look = (): void => {
    full ||= hasNoRoom(folder);
  };
  const timer = setInterval(look, lookMs).unref();
  return {
    ranOut: () => {
      look();
      return full;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function hasNoRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < leastUsefulBytes;
  } catch {
    return false;
  }
}

function noRoom(stage: Stage, cause: unknown): ChangeSafetyError {
  const own = stage.server.source !== 'stage-url';
  return new ChangeSafetyError({
    code: 'disk-full',
    message: `The disk of the stage's server is full: ${messageOf(cause)}`,
    remedy: own
      ? 'Free some space, name another folder for temporary data in TMPDIR, or rehearse with fewer rows.'
      : 'Make room on that server.',
    effect: own ? 'none' : 'unknown',
    cause,
  });
}

function brokeOff(stage: Stage, cause: unknown): ChangeSafetyError {
  const own = stage.server.source !== 'stage-url';
  return new ChangeSafetyError({
    code: 'query-failed',
    message: `The stage's server ended, or broke the connection: ${messageOf(cause)}`,
    remedy: 'Look whether memory or disk ran out; if it ends again, a statement of the change brings the server down.',
    effect: own ? 'none' : 'unknown',
    cause,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
