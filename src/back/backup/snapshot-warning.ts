import { megabytes } from './disk-room.js';
import type { DumpedTable, Origin } from './read-origin.js';

/** A guess on the cautious side: what one worker reads, compresses and writes. */
const bytesPerSecond = 30 * 2 ** 20;
const longSeconds = 600;

/** What one snapshot over a whole database costs those who work in it meanwhile; nothing for a small one. */
export function warnOfSnapshot({
  origin,
  tables,
}: {
  readonly origin: Pick<Origin, 'standby'>;
  readonly tables: readonly Pick<DumpedTable, 'bytes'>[];
}): readonly string[] {
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  const seconds = bytes / bytesPerSecond;
  if (seconds < longSeconds) return [];
  const cost = origin.standby
    ? 'on a standby it is cancelled after max_standby_streaming_delay, or holds back vacuum on the primary (hot_standby_feedback)'
    : 'vacuum removes nothing newer meanwhile, and no DDL gets at a table that is being dumped';
  return [
    `One snapshot is held over ${megabytes(bytes)} of tables, perhaps ${Math.ceil(seconds / 60)} minutes: ${cost}. ` +
      'For a database of this size rather take a physical backup (pgBackRest, WAL-G, Barman), and this one with --schema-only.',
  ];
}
