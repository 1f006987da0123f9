import {
  type DigestibleTable,
  type DigestPlan,
  digestPages,
  planDigest,
  type RangeSums,
} from '../../../foundation/integrity/digest-table.js';
import type { GentleReader } from '../../../foundation/integrity/gentle-reader.js';
import { readSettled } from '../../../foundation/integrity/unwritten-tables.js';
import { walkPages } from '../../../foundation/integrity/walk-pages.js';
import type { JsonValue } from '../../../model/json.js';
import type { RangeDigest, TableDigest } from '../../../model/verify-report.js';
import type { VerifyProgress } from '../verify-progress.js';

/** What was read of one table, as it is kept to go on later. */
interface SoFar {
  readonly plan: DigestPlan;
  readonly since: string | null;
  readonly readAt: string;
  readonly next: number;
  /** By the number of the range: rows and checksum. */
  readonly sums: readonly (readonly [number, number, string])[];
}

export interface DigestOptions {
  readonly progress: VerifyProgress;
  /** The ranges of another reading; null: they are chosen here. */
  readonly plan: DigestPlan | null;
}

/** Digests one table, part by part: not one instant, but each row is read once that nobody moves meanwhile. */
export async function digestTable(
  reader: GentleReader,
  table: DigestibleTable,
  { progress, plan }: DigestOptions,
): Promise<TableDigest> {
  const thing = JSON.stringify(['digest', table.relation]);
  const start = (progress.get(thing) as unknown as SoFar | undefined) ?? (await begin(reader, table, plan));
  const sums = new Map(start.sums.map(([range, rows, checksum]) => [range, { rows, checksum: BigInt(checksum) }]));
  let found: RangeSums = new Map();
  if (start.next !== endOfTable) {
    await walkPages(
      reader,
      { relation: table.relation, from: start.next },
      {
        read: async (pages) => {
          found = await digestPages(reader.session, start.plan, pages);
          return true;
        },
        onPart: (next) => {
          for (const [range, more] of found) {
            const { rows, checksum } = sums.get(range) ?? { rows: 0, checksum: 0n };
            sums.set(range, { rows: rows + more.rows, checksum: checksum + more.checksum });
          }
          return progress.set(thing, { ...start, next, sums: asList(sums) } as unknown as JsonValue);
        },
      },
    );
  }
  await progress.set(thing, { ...start, next: endOfTable, sums: asList(sums) } as unknown as JsonValue);
  return asDigest(start, sums);
}

const endOfTable = -1;

async function begin(reader: GentleReader, table: DigestibleTable, given: DigestPlan | null): Promise<SoFar> {
  const readAt = reader.clock.date().toISOString();
  const since = await reader.patient(() => readSettled(reader.session));
  const plan = given ?? (await reader.patient(() => planDigest(reader.session, table)));
  return { plan, since, readAt, next: 0, sums: [] };
}

function asList(sums: RangeSums): SoFar['sums'] {
  return [...sums].map(([range, { rows, checksum }]) => [range, rows, String(checksum)] as const);
}

function asDigest({ plan, since, readAt }: SoFar, sums: RangeSums): TableDigest {
  const { relation, columns, key, bounds } = plan;
  const ranges = Array.from({ length: bounds.length + 1 }, (_, at): RangeDigest => {
    const { rows, checksum } = sums.get(at) ?? { rows: 0, checksum: 0n };
    return { from: bounds[at - 1] ?? null, to: bounds[at] ?? null, rows, checksum: String(checksum) };
  });
  const rows = ranges.reduce((sum, range) => sum + range.rows, 0);
  return { relation, columns, key, ranges, rows, since, readAt };
}
