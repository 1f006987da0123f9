import type { Rule } from '../rule.js';
import { availabilityRules } from './availability/index.js';
import { compatibilityRules } from './compatibility/index.js';
import { dataRules } from './data/index.js';
import { styleRules } from './style/index.js';

/** Every rule; each concern keeps its own list. */
export const rules: readonly Rule[] = [...availabilityRules, ...dataRules, ...compatibilityRules, ...styleRules];
