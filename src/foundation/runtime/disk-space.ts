import { ChangeSafetyError } from '../../model/change-safety-error.js';

/** Whether an error of the file system says that there is no room (or no quota) left. */
export function isDiskFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** Whether a program's output says so. */
export function mentionsFullDisk(text: string): boolean {
  return /No space left on device|Disk quota exceeded|ENOSPC|EDQUOT/i.test(text);
}

export function diskFullError(folder: string, remedy: string, cause?: unknown): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'disk-full',
    message: `There is no space left in ${folder}.`,
    remedy,
    effect: 'none',
    cause,
  });
}
