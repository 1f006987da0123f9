import { digestStructure } from '../../foundation/catalog/snapshot/digest-structure.js';
import { readSnapshot } from '../../foundation/catalog/snapshot/read-snapshot.js';
import { readOnly } from '../../foundation/postgres/read-only.js';
import type { Session } from '../../foundation/postgres/session.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { ProofRecord } from './prove-record.js';

/**
 * `matches`: what the migration touched is as the proof said. `differs`: it is not. `unproved`: nothing says how it
 * should be. `unread`: it could not be looked at afterwards.
 */
export type RollbackSuccess = 'matches' | 'differs' | 'unproved' | 'unread';

/** By what it will be judged whether a way back led back, in one sentence. Pure. */
export function successInWords(id: string, proof: ProofRecord | null): string {
  const structure =
    proof === null
      ? 'how the structure should be then, no record says'
      : `the structure of ${proof.structure.relations.join(', ')} is as it was before ${id}, by the record of its proof`;
  return `The rollback of ${id} succeeds when every step took effect, ${id} is no longer told as applied, and ${structure}.`;
}

export interface Comparison {
  readonly kind: RollbackSuccess;
  readonly notes: readonly string[];
}

const limits = { what: 'the structure', statementTimeoutMs: 60_000, lockTimeoutMs: 2_000 };

/** Looks whether a way back that took effect led to what its proof said. */
export async function compareWithProof(session: Session, proof: ProofRecord | null): Promise<Comparison> {
  if (proof === null) {
    const note = 'Unproved: no record says how the structure should be now. `lockkeeper rollback prove` makes one.';
    return { kind: 'unproved', notes: [note] };
  }
  const { relations, objects, partitions } = proof.structure;
  try {
    const snapshot = await readOnly(session, limits, () => readSnapshot(session));
    const now = digestStructure(snapshot, {
      relations,
      tenant: session.target.tenant ?? null,
      ignoredSchemas: [],
      ignoredRelations: [],
    });
    const different = differing({ ...objects, ...partitions }, { ...now.objects, ...now.partitions });
    if (different.length === 0) {
      return { kind: 'matches', notes: [`The structure of ${relations.join(', ')} is what the proof said.`] };
    }
    return { kind: 'differs', notes: [`Not as the proof said: ${different.join(', ')}.`] };
  } catch (cause) {
    if (!(cause instanceof ChangeSafetyError)) throw cause;
    return { kind: 'unread', notes: [`The structure could not be compared with the proof: ${cause.message}`] };
  }
}

function differing(
  expected: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): readonly string[] {
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...keys].filter((key) => expected[key] !== found[key]).toSorted();
}
