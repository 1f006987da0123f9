import { type BackupFacts, type BackupReader, figureOf, parseTool, recordsOf, textOf, timeOf } from './backup-facts.js';

/** `wal-g backup-list --json --detail`: a list with `backup_name` and `finish_time`; without `--detail` only `time`. */
export const readWalG: BackupReader = (text) => {
  const list = parseTool(text, 'wal-g');
  // It says null, and not an empty list, where there is none.
  if (list !== null && !Array.isArray(list)) throw new Error('wal-g printed no list of backups');
  return recordsOf(list).flatMap((backup): BackupFacts[] => {
    const createdAt = timeOf(backup['finish_time']) ?? timeOf(backup['time']);
    if (createdAt === null) return [];
    const bytes = figureOf(backup['uncompressed_size']);
    return [
      { createdAt, label: textOf(backup['backup_name']), verifiedAt: null, restoredAt: null, bytes, fault: null },
    ];
  });
};
