import type { JsonValue } from '../../../../../model/json.js';
import { isRecord } from '../../../gate-settings.js';
import { type BackupFacts, type BackupReader, figureOf, parseTool, recordsOf, textOf, timeOf } from './backup-facts.js';

/**
 * `barman --format json list-backups SERVER`: a mapping from each server to its backups. Those that failed have no end;
 * `end_time_timestamp` is in seconds, and `end_time` in words and of no certain time zone.
 */
export const readBarman: BackupReader = (text) => {
  const servers = parseTool(text, 'barman');
  if (!isRecord(servers)) throw new Error('barman printed no mapping of servers');
  return Object.entries(servers).flatMap(([server, backups]) =>
    server.startsWith('_') ? [] : recordsOf(backups).flatMap(factsOf),
  );
};

function factsOf(backup: Readonly<Record<string, JsonValue>>): readonly BackupFacts[] {
  const status = textOf(backup['status']);
  const end = figureOf(backup['end_time_timestamp']);
  const createdAt = end === null ? timeOf(backup['end_time']) : timeOf(end);
  if (createdAt === null) return [];
  const isWhole = status === 'DONE' || status === 'WAITING_FOR_WALS';
  return [
    {
      createdAt,
      label: textOf(backup['backup_id']),
      verifiedAt: null,
      restoredAt: null,
      bytes: figureOf(backup['size_bytes']),
      fault: isWhole ? null : `its status is ${status ?? 'not known'}`,
    },
  ];
}
