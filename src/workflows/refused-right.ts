import { asServerError } from '../foundation/postgres/server-error.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';

/** insufficient_privilege */
const refusedRight = '42501';

/** What to say when the server refuses a right that a verb needs; null for every other failure. */
export function explainRefusedRight(cause: unknown): ChangeSafetyError | null {
  const refused = asServerError(cause);
  if (refused?.code !== refusedRight) return null;
  return new ChangeSafetyError({
    code: 'query-failed',
    message: `The server refuses a right: ${refused.message}.`,
    remedy: '`lockkeeper grants VERB` prints what a role needs for a verb, as SQL.',
    effect: 'none',
    sqlState: refusedRight,
    cause,
  });
}
