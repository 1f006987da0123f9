import type { Peek } from './peek.js';
import type { KnownRelation } from './relation-catalog.js';

/** Relations by OID, as one session sees them between two statements. */
export interface RelationLookup {
  get(oid: string): KnownRelation | undefined;
  /** It existed before the open transaction: others know it too. */
  isCommitted(oid: string): boolean;
}

/**
 * What is committed, and beside it what the open transaction made, changed and dropped: a schema may hold thousands.
 * Sessions that change one database together share the map of what is committed, and so learn from each other.
 */
export class KnownRelations implements RelationLookup {
  readonly #committed: Map<string, KnownRelation>;
  /** Null: dropped. */
  readonly #changed = new Map<string, KnownRelation | null>();

  constructor(committed: Map<string, KnownRelation>) {
    this.#committed = committed;
  }

  get(oid: string): KnownRelation | undefined {
    const changed = this.#changed.get(oid);
    return changed === undefined ? this.#committed.get(oid) : (changed ?? undefined);
  }

  isCommitted(oid: string): boolean {
    return this.#committed.has(oid);
  }

  /** OIDs of all that is there for everyone. */
  committedOids(): Iterable<string> {
    return this.#committed.keys();
  }

  /** Takes over what the open transaction has locked: what of it is not there any more was dropped. */
  change({ locks, relations }: Pick<Peek, 'locks' | 'relations'>): void {
    for (const { oid } of locks) this.#changed.set(oid, null);
    for (const relation of relations) this.#changed.set(relation.oid, relation);
  }

  commit(): void {
    for (const [oid, relation] of this.#changed) {
      if (relation === null) this.#committed.delete(oid);
      else this.#committed.set(oid, relation);
    }
    this.#changed.clear();
  }

  rollBack(): void {
    this.#changed.clear();
  }

  /** Everything committed has been read anew. */
  renew(committed: ReadonlyMap<string, KnownRelation>): void {
    this.#changed.clear();
    this.#committed.clear();
    for (const [oid, relation] of committed) this.#committed.set(oid, relation);
  }
}
