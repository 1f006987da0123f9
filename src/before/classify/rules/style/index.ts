import type { Rule } from '../../rule.js';
import fileNameConvention from './files/file-name-convention.js';

export const styleRules: readonly Rule[] = [
  fileNameConvention,
];
