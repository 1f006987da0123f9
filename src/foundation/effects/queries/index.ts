import type { EffectHandlers } from '../effect-context.js';

export const queryHandlers: EffectHandlers = {};
