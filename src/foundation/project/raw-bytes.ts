import { createHash } from 'node:crypto';
import type { ProjectFiles } from './project-files.js';

/** A file's own bytes: its text comes without a byte order mark, which some tools' checksums include. */
export function rawBytes(files: ProjectFiles, path: string): Buffer {
  const bytes = Buffer.from(files.text(path), 'utf8');
  const isWhole = createHash('sha256').update(bytes).digest('hex') === files.sha256(path);
  return isWhole ? bytes : Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
}
