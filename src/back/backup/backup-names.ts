import { ChangeSafetyError } from '../../model/change-safety-error.js';

/** Files of a backup's folder. The dump is a file, or for several workers a folder. */
export const fileNames = { manifest: 'manifest.json', schema: 'schema.json', dump: 'data.dump' } as const;

export const usualPrefix = 'backup';

/** `pre-migration-0042-20260131T235959123Z`: sorts by time among those of one prefix. */
export function backupName(prefix: string, at: Date): string {
  return `${prefix}-${at.toISOString().replace(/[-:.]/g, '')}`;
}

/** @throws ChangeSafetyError `usage` for a prefix that is no plain part of a file name. */
export function requirePrefix(prefix: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(prefix)) return prefix;
  throw new ChangeSafetyError({
    code: 'usage',
    message: `"${prefix}" cannot begin the name of a backup.`,
    remedy: 'Use up to 100 letters, digits, dots, hyphens and underscores, a letter or digit first.',
    effect: 'none',
  });
}

/** At most 63 bytes, which is what a restore point's name may have. */
export function restorePointName(name: string): string {
  return `lockkeeper ${name}`.slice(-63);
}
