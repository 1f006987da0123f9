import type { BackupReader } from './backup-facts.js';
import { readBarman } from './barman.js';
import { readOwnList } from './own-list.js';
import { readPgBackRest } from './pgbackrest.js';
import { readWalG } from './wal-g.js';

/** Formats that a source of backups may print, and the command that usually prints them; null: it has to be named. */
export const backupTools = {
  json: { read: readOwnList, command: null },
  pgbackrest: { read: readPgBackRest, command: 'pgbackrest info --output=json' },
  'wal-g': { read: readWalG, command: 'wal-g backup-list --json --detail' },
  barman: { read: readBarman, command: null },
} as const satisfies Readonly<Record<string, { readonly read: BackupReader; readonly command: string | null }>>;

export type BackupTool = keyof typeof backupTools;
