import type { EffectHandlers } from '../effect-context.js';

export const alterHandlers: EffectHandlers = {};
