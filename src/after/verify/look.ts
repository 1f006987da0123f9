import { OutOfBudget } from '../../foundation/integrity/gentle-reader.js';
import { asServerError, isConnectionLoss } from '../../foundation/postgres/server-error.js';
import type { JsonValue } from '../../model/json.js';
import type { VerifyContext } from './verify-context.js';

/** One thing, and what was seen of it. */
export interface Looked<Seen> {
  readonly relation: string | null;
  readonly name: string | null;
  /** Null when nobody could look. */
  readonly seen: Seen | null;
  readonly unseen: Unseen | null;
}

/** Why nobody could look. */
export interface Unseen {
  readonly sqlState: string | null;
  readonly reason: string;
  readonly remedy: string;
  /** It was not even tried: no gentle reading shows it, and that is no finding. */
  readonly isBeyond?: true;
}

/** Thrown for what no gentle reading can show; the message says why. */
export class NotFeasible extends Error {}

/** How far one thing was read before. */
export interface Partly {
  readonly so: JsonValue | undefined;
  readonly keep: (value: JsonValue) => Promise<void>;
}

interface Thing {
  readonly assertion: string;
  readonly relation: string | null;
  readonly name: string | null;
}

/**
 * Looks at one thing. What the server refuses is an answer too, so that one locked table does not end the whole; only a lost
 * connection and an interruption do.
 */
export async function look<Seen extends JsonValue>(
  { progress, onItem }: VerifyContext,
  { assertion, relation, name }: Thing,
  read: (partly: Partly) => Promise<Seen>,
): Promise<Looked<Seen>> {
  const thing = JSON.stringify([assertion, relation, name]);
  const known = progress.get(thing) as { readonly done?: Seen; readonly so?: JsonValue } | undefined;
  if (known?.done !== undefined) return { relation, name, seen: known.done, unseen: null };
  onItem([relation, name].filter((part) => part !== null).join(' '));
  try {
    const seen = await read({ so: known?.so, keep: (so) => progress.set(thing, { so }) });
    await progress.set(thing, { done: seen });
    return { relation, name, seen, unseen: null };
  } catch (error) {
    return { relation, name, seen: null, unseen: explainUnseen(error) };
  }
}

/** @throws the error itself where it says nothing about the thing. */
export function explainUnseen(error: unknown): Unseen {
  if (error instanceof OutOfBudget) {
    return {
      sqlState: null,
      reason: 'the time for it was over',
      remedy: 'Run lockkeeper verify, which takes the time it needs.',
    };
  }
  if (error instanceof NotFeasible) return { sqlState: null, reason: error.message, remedy: '', isBeyond: true };
  const refused = asServerError(error);
  if (refused === null || isConnectionLoss(error)) throw error;
  const sqlState = refused.code ?? null;
  // 22… and 23… quote values of rows in their text.
  const words =
    sqlState?.startsWith('22') === true ? `a value that cannot be read (SQLSTATE ${sqlState})` : refused.message;
  return { sqlState, reason: words, remedy: remedies[sqlState ?? ''] ?? 'See what the server says, and try again.' };
}

const remedies: Readonly<Record<string, string>> = {
  '42501':
    'Give the role the right to read it: lockkeeper grants verify prints the SQL. Under row security it needs BYPASSRLS.',
  '42P01': 'It went away while the rest was read: run it again.',
  '55P03': 'Somebody held a lock on it: try again when that is done.',
  '57014': 'It takes longer than one transaction may: raise --max-transaction, or read on a replica with --on-replica.',
  '40001': 'Recovery on the standby was in the way: try again, or read on the primary.',
  XX001: 'The server found damaged data: stop writing to it, and compare with a backup before anything is repaired.',
  XX002: 'The server found a damaged index: REINDEX INDEX CONCURRENTLY builds it anew, after the cause is found.',
};

/** The server itself says that what is stored is damaged. */
export function isDamage({ sqlState }: Unseen): boolean {
  return sqlState === 'XX001' || sqlState === 'XX002';
}
