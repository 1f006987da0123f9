import { ChangeSafetyError } from '../../../model/change-safety-error.js';

/** A connection string, or what completes it, that cannot be understood. The reason must not quote a password. */
export function connectionProblem(reason: string, remedy: string = usualRemedy): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: `The connection string could not be read: ${reason}.`,
    remedy,
    effect: 'none',
  });
}

const usualRemedy =
  'Write it as postgresql://user@host:5432/database (special characters percent-encoded) or as "host=… dbname=…".';
