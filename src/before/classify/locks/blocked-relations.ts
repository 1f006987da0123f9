import type { LockRequest } from '../../../model/effects.js';
import { blockedTraffic, lockModes, type RelationKind } from '../../../model/locks.js';
import type { JudgedStatement } from '../judged-statement.js';
import type { RuleContext } from '../rule-context.js';

const tableKinds: ReadonlySet<RelationKind> = new Set([
  'table',
  'partitioned table',
  'foreign table',
  'matview',
  'view',
]);
/** Planning opens every index of a table, and defaults read sequences: who waits for those waits in the table's name. */
const feltKinds: ReadonlySet<RelationKind> = new Set([...tableKinds, 'index', 'partitioned index', 'sequence']);

/** Several rules ask this of every statement, and of all that come before it. */
const answered = new WeakMap<
  JudgedStatement,
  { readonly context: RuleContext; readonly blocked: readonly LockRequest[] }
>();

/** What traffic has to wait for, of the locks that a statement takes: on relations that were there before, tables first. */
export function blockedRelations(judged: JudgedStatement, context: RuleContext): readonly LockRequest[] {
  const known = answered.get(judged);
  if (known?.context === context) return known.blocked;
  const blocked = strongestEach(judged.effects.locks.filter((request) => stopsTraffic(request, context)));
  answered.set(judged, { context, blocked });
  return blocked;
}

/** The tables, views and materialised views among them. */
export function blockedTables(statement: JudgedStatement, context: RuleContext): readonly LockRequest[] {
  return blockedRelations(statement, context).filter(isTable);
}

/** What traffic has waited for since an earlier statement of the same transaction. */
export function heldTables(context: RuleContext): readonly LockRequest[] {
  return strongestEach(context.held.filter((request) => isTable(request) && stopsTraffic(request, context)));
}

/** `Reads and writes of public.orders`, as the beginning of a sentence. */
export function describeBlocked({ relation, mode }: LockRequest): string {
  return blockedTraffic(mode) === 'writes' ? `Writes to ${relation}` : `Reads and writes of ${relation}`;
}

function isTable({ kind }: LockRequest): boolean {
  return tableKinds.has(kind);
}

function stopsTraffic({ relation, kind, mode, created }: LockRequest, context: RuleContext): boolean {
  return created !== true && feltKinds.has(kind) && blockedTraffic(mode) !== 'none' && context.existing(relation);
}

function strongestEach(requests: readonly LockRequest[]): readonly LockRequest[] {
  const strongest = new Map<string, LockRequest>();
  for (const request of requests) {
    const known = strongest.get(request.relation);
    if (known === undefined || lockModes.indexOf(known.mode) < lockModes.indexOf(request.mode)) {
      strongest.set(request.relation, request);
    }
  }
  const all = [...strongest.values()];
  return [...all.filter(isTable), ...all.filter((request) => !isTable(request))];
}
