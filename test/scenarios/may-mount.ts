import { spawnSync } from 'node:child_process';
import { makeFolder } from './run-lockkeeper.js';

/** Whether a test can have a disk of its own size. Root may not be allowed to mount either, in a container. */
export const mayMount = await (async () => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  await using folder = await makeFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder.path]).status === 0;
  if (mounted) spawnSync('umount', [folder.path]);
  return mounted;
})();
