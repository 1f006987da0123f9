import type { Node } from '@pgsql/types';
import { transactionControl } from '../../../foundation/effects/transaction-control.js';
import type { LockRequest, StatementEffects } from '../../../model/effects.js';
import { conflictingModes, type LockMode } from '../../../model/locks.js';
import type { JudgedStatement } from '../judged-statement.js';

/** Modes that the open transaction holds for certain, by report name; on what it made itself too. */
export type HeldModes = ReadonlyMap<string, readonly LockMode[]>;

export const nothingHeld: HeldModes = new Map();

/**
 * What may be locked is locked for certain where the transaction holds it as strongly already: whether the statement
 * asks for it again makes no difference to anybody.
 */
export function sureOfHeld(effects: StatementEffects, held: HeldModes): StatementEffects {
  if (held.size === 0 || effects.locks.every(({ certainty }) => certainty === 'certain')) return effects;
  const locks = effects.locks.map((request) =>
    request.certainty === 'possible' && isCovered(request, held)
      ? { ...request, certainty: 'certain' as const }
      : request,
  );
  return { ...effects, locks };
}

function isCovered({ relation, mode }: LockRequest, held: HeldModes): boolean {
  return (held.get(relation) ?? []).some((one) => covers(one, mode));
}

/** Whether everybody who waits for the weaker mode waits for the other one too. */
function covers(held: LockMode, mode: LockMode): boolean {
  return conflictingModes[mode].every((other) => conflictingModes[held].includes(other));
}

/** What is held after one more statement of the transaction. */
export function heldAfter(held: HeldModes, { tree, node, effects }: JudgedStatement): HeldModes {
  // Going back to a savepoint gives locks back; under a schema's new name, all its relations have another.
  if (transactionControl(tree) === 'savepoint' || renamesSchema(node)) return nothingHeld;
  const fresh = effects.locks.filter(
    (request) =>
      request.certainty === 'certain' && !(request.created === true && mayFindIt(node)) && !isCovered(request, held),
  );
  if (fresh.length === 0) return held;
  const next = new Map(held);
  for (const { relation, mode } of fresh) next.set(relation, [...(next.get(relation) ?? []), mode]);
  return next;
}

/** IF NOT EXISTS, or code that may say so: what is there already is left alone. */
function mayFindIt(node: Node): boolean {
  if ('DoStmt' in node || 'CallStmt' in node || 'SelectStmt' in node) return true;
  const [body] = Object.values(node) as readonly unknown[];
  return typeof body === 'object' && body !== null && 'if_not_exists' in body && body.if_not_exists === true;
}

function renamesSchema(node: Node): boolean {
  return 'RenameStmt' in node && node.RenameStmt.renameType === 'OBJECT_SCHEMA';
}
