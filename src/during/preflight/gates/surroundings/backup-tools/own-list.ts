import { type BackupFacts, type BackupReader, figureOf, parseTool, recordsOf, textOf, timeOf } from './backup-facts.js';

/**
 * The list of `lockkeeper backup`, and of any command that prints the same: `[{ createdAt, verifiedAt, restoredAt, label,
 * bytes }]`. An entry without `createdAt` is none.
 */
export const readOwnList: BackupReader = (text) => {
  const list = parseTool(text, 'the list of backups');
  if (!Array.isArray(list)) throw new Error('the list of backups is no list');
  return recordsOf(list).flatMap((entry): BackupFacts[] => {
    const createdAt = timeOf(entry['createdAt']);
    if (createdAt === null) return [];
    return [
      {
        createdAt,
        label: textOf(entry['label']),
        verifiedAt: timeOf(entry['verifiedAt']),
        restoredAt: timeOf(entry['restoredAt']),
        bytes: figureOf(entry['bytes']),
        fault: null,
      },
    ];
  });
};
