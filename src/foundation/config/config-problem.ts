import { ChangeSafetyError } from '../../model/change-safety-error.js';

/** Keys and indexes from the top of the configuration down to a value. */
export type KeyPath = readonly (string | number)[];

/** Something wrong with the configuration. `place` is `file:line:column`, or the variable that said it. */
export interface ConfigProblem {
  readonly place: string;
  readonly message: string;
}

/** One error for all problems. Messages hold keys and names of variables, never values. */
export function configError(problems: readonly ConfigProblem[], remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'config-invalid',
    message: problems.map(({ place, message }) => `${place}: ${message}`).join('\n'),
    remedy,
    effect: 'none',
  });
}
