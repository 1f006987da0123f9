import { readComments } from '../../../../../foundation/sql/read-comments.js';
import { defineRule } from '../../../rule.js';

const wanted = [
  { words: 'Estimated Duration', pattern: /\bestimated\s+duration\b/i },
  { words: 'Complexity', pattern: /\bcomplexity\b/i },
] as const;

export default defineRule({
  id: 'missing-estimate',
  title: 'A migration without an estimate of its duration and complexity',
  why: 'Who deploys has nothing to compare with when it takes longer than it should.',
  instead:
    'Rehearse it, and write what was measured at the top: `-- Estimated Duration: 30 seconds`, `-- Complexity: LOW`.',
  sources: [],
  concern: 'style',
  severity: 'info',
  scope: 'file',
  example: {
    setup: '',
    unsafe: 'SELECT 1;',
    safe: '-- Estimated Duration: 1 second\n-- Complexity: LOW\nSELECT 1;',
  },
  predict: ({ text, statements }) => {
    if (statements.length === 0) return [];
    const comments = readComments(text);
    const missing = wanted.filter(({ pattern }) => !comments.some((comment) => pattern.test(comment.text)));
    if (missing.length === 0) return [];
    return [{ message: `The header lacks ${missing.map(({ words }) => `"-- ${words}: …"`).join(' and ')}.` }];
  },
  unobservable: 'A server throws comments away.',
});
