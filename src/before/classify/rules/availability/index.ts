import type { Rule } from '../../rule.js';
import createIndexBlocksWrites from './create-index-blocks-writes.js';

export const availabilityRules: readonly Rule[] = [createIndexBlocksWrites];
