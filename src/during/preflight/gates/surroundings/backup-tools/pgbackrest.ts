import { isRecord } from '../../../gate-settings.js';
import { type BackupFacts, type BackupReader, figureOf, parseTool, recordsOf, textOf, timeOf } from './backup-facts.js';

/**
 * `pgbackrest info --output=json`: a list of stanzas, each with its status and its backups; `error` of a backup means
 * that page checksums did not hold.
 */
export const readPgBackRest: BackupReader = (text) => {
  const stanzas = parseTool(text, 'pgbackrest');
  if (!Array.isArray(stanzas)) throw new Error('pgbackrest printed no list of stanzas');
  return recordsOf(stanzas).flatMap((stanza) => {
    const status = isRecord(stanza['status']) ? stanza['status'] : {};
    const broken = figureOf(status['code']) === 0 ? null : `the stanza is not well: ${textOf(status['message']) ?? ''}`;
    return recordsOf(stanza['backup']).flatMap((backup): BackupFacts[] => {
      const times = isRecord(backup['timestamp']) ? backup['timestamp'] : {};
      const createdAt = timeOf(times['stop']);
      if (createdAt === null) return [];
      const info = isRecord(backup['info']) ? backup['info'] : {};
      return [
        {
          createdAt,
          label: textOf(backup['label']),
          verifiedAt: null,
          restoredAt: null,
          bytes: figureOf(info['size']),
          fault: backup['error'] === true ? 'page checksums did not hold' : broken,
        },
      ];
    });
  });
};
