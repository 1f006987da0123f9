import type { Rule } from '../../rule.js';

export const dataRules: readonly Rule[] = [];
