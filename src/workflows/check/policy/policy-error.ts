import { ChangeSafetyError } from '../../../model/change-safety-error.js';

/** The configuration says what cannot be meant. */
export function policyError(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'config-invalid', message, remedy, effect: 'none' });
}
