import { expect, test } from 'vitest';
import { processTitle } from '../../src/cli/process-title.js';

test('shows the verb, and nothing that follows it', () => {
  expect(processTitle(['apply', '--database', 'postgres://app:secret@db/app'])).toBe('lockkeeper apply');
  expect(processTitle(['--database=postgres://app:secret@db/app'])).toBe('lockkeeper');
  expect(processTitle([])).toBe('lockkeeper');
});
