import type { Rule } from '../../rule.js';
import fileNameConvention from './file-name-convention.js';

export const styleRules: readonly Rule[] = [fileNameConvention];
