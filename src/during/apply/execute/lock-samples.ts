import type { HeldLock } from '../../../foundation/activity/read-contended-locks.js';
import type { Session } from '../../../foundation/postgres/session.js';
import { quoteIdentifier } from '../../../foundation/sql/quote-identifier.js';
import type { StepProbe } from '../../../model/apply-plan.js';
import { isStronger, type LockMode, type StepLock } from '../../../model/locks.js';
import { sortLocks } from './held-locks.js';
import { type NamedRelation, readCommittedRelations } from './name-relations.js';

/**
 * Locks of a statement that commits by itself, as a watchdog catches them between its looks. Only what is caught while the
 * statement runs counts: the same backend writes the ledger before and after it.
 */
export class LockSamples {
  readonly #probe: StepProbe;
  readonly #strongest = new Map<number, LockMode>();
  readonly #names = new Map<number, NamedRelation>();
  /** Asked for already; what had no name then was made by the statement, and nobody else sees it yet. */
  readonly #asked = new Set<number>();
  readonly #unseen = new Set<number>();
  /** Another number for each time that the statement begins; null while it does not run. */
  #running: number | null = null;
  #begun = 0;

  constructor(probe: StepProbe) {
    this.#probe = probe;
  }

  begin(): void {
    this.#begun += 1;
    this.#running = this.#begun;
  }

  end(): void {
    this.#running = null;
  }

  /** Null while the statement does not run; else to be given back with what was seen. */
  get running(): number | null {
    return this.#running;
  }

  /** What was held when it was looked; the statement may have ended while the answer was on its way, and is not counted then. */
  note(held: readonly HeldLock[], running: number): void {
    if (this.#running !== running) return;
    for (const { oid, mode } of held) {
      const known = this.#strongest.get(oid);
      if (known === undefined || isStronger(mode, known)) this.#strongest.set(oid, mode);
    }
  }

  /** Names what was seen for the first time, before it can be renamed or dropped. Never throws. */
  async nameNew(watch: Session): Promise<void> {
    const fresh = [...this.#strongest.keys()].filter((oid) => !this.#asked.has(oid));
    if (fresh.length === 0) return;
    for (const oid of fresh) this.#asked.add(oid);
    await this.#ask(watch, fresh, (oid) => this.#unseen.add(oid));
  }

  /** When it is over: what nobody else could see has a name by now, if it is still there. Never throws. */
  async nameRest(watch: Session): Promise<void> {
    const left = [...this.#strongest.keys()].filter((oid) => !this.#names.has(oid));
    if (left.length > 0) await this.#ask(watch, left, () => undefined);
  }

  async #ask(watch: Session, oids: readonly number[], unknown: (oid: number) => void): Promise<void> {
    const names = await readCommittedRelations(watch, oids).catch(() => null);
    if (names === null) return;
    for (const oid of oids) {
      const named = names.get(oid);
      if (named === undefined) unknown(oid);
      else this.#names.set(oid, named);
    }
  }

  get locks(): readonly StepLock[] {
    const locks = [...this.#strongest].flatMap(([oid, mode]): StepLock[] => {
      const named = this.#names.get(oid);
      if (named === undefined) return [];
      const created = this.#unseen.has(oid) || isMadeBy(this.#probe, named);
      const { name: relation, kind } = named;
      return [{ relation, kind, mode, ...(created ? { created } : {}), certainty: 'sampled' }];
    });
    return sortLocks(locks);
  }
}

/** A concurrent build commits its index before it is built: everybody sees it from the first look on. */
function isMadeBy(probe: StepProbe, { name, kind }: NamedRelation): boolean {
  if (kind !== 'index' && kind !== 'partitioned index') return false;
  if (probe.kind === 'index built') return name.endsWith(`.${quoteIdentifier(probe.name)}`);
  return probe.kind === 'indexes rebuilt' && /_ccnew\d*"?$/.test(name);
}
