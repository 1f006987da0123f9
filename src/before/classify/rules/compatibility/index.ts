import type { Rule } from '../../rule.js';
import renameColumn from './names/rename-column.js';

export const compatibilityRules: readonly Rule[] = [
  renameColumn,
];
