import type { IntegrityFault } from '../../model/integrity.js';
import type { Session } from '../postgres/session.js';
import { countViolations } from './count-violations.js';
import { withPinnedText } from './pinned-text.js';
import { readRowConditions, type RowCondition } from './row-conditions.js';
import { readSoftConditions } from './soft-conditions.js';
import { readStandingFaults } from './standing-faults.js';

export interface IntegrityOptions {
  /** Only what concerns these, `schema.name` each; null for everything. */
  readonly relations: ReadonlySet<string> | null;
  /** Rows at fault are counted up to this many. */
  readonly atMost?: number;
}

const usuallyAtMost = 10_000;

/**
 * Everything that a schema promises and that does not hold, or that nobody vouches for: orphans of every foreign key and
 * declared soft reference from or to the relations, rows that unvalidated conditions forbid, unvalidated constraints,
 * invalid indexes. Each table is read in one statement; for large ones in use count by page ranges, with
 * `readRowConditions` and `countViolations`. Settings and transaction of the session stay as they are.
 */
export async function checkIntegrity(
  session: Session,
  { relations, atMost = usuallyAtMost }: IntegrityOptions,
): Promise<readonly IntegrityFault[]> {
  return withPinnedText(session, async () => {
    const concerns = (names: readonly (string | null)[]): boolean =>
      relations === null || names.some((name) => name !== null && relations.has(name));
    const standing = (await readStandingFaults(session)).filter(({ relation }) => concerns([relation]));
    const faults: IntegrityFault[] = [...standing];
    const { conditions: soft } = await readSoftConditions(session);
    for (const condition of [...(await readRowConditions(session, relations)), ...soft]) {
      if (!concerns([condition.relation, condition.referenced, ...condition.sources])) continue;
      const rows = await countAll(session, condition, atMost);
      const { kind, relation, name } = condition;
      if (rows > 0) faults.push({ kind, relation, name, rows });
    }
    return faults;
  });
}

async function countAll(session: Session, condition: RowCondition, atMost: number): Promise<number> {
  let rows = 0;
  for (const source of condition.sources) {
    if (rows >= atMost) break;
    rows += await countViolations(session, { condition, source }, { atMost: atMost - rows });
  }
  return rows;
}
