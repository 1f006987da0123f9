import type { Gate } from '../gate.js';

/** Every gate, in the order in which they are asked. */
export const gates: readonly Gate[] = [];
