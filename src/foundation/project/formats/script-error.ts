import { ChangeSafetyError } from '../../../model/change-safety-error.js';

/** A migration that its own tool would refuse to read: `place` is `path` or `path:line`. */
export function scriptError(place: string, message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'script-invalid', message: `${place}: ${message}`, remedy, effect: 'none' });
}

/** The 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
