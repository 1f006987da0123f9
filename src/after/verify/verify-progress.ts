import type { JsonValue } from '../../model/json.js';

/** What was read so far, by the thing that is read: so that a reading which was broken off goes on where it was. */
export interface VerifyProgress {
  get(thing: string): JsonValue | undefined;
  /** Resolves once it is kept, or as soon as that is due. */
  set(thing: string, value: JsonValue): Promise<void>;
}

/** For a reading that is never resumed. */
export function forgetfulProgress(): VerifyProgress {
  const kept = new Map<string, JsonValue>();
  return {
    get: (thing) => kept.get(thing),
    set: async (thing, value) => {
      kept.set(thing, value);
    },
  };
}
