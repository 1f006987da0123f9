import { readComments } from '../../../../../foundation/sql/read-comments.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'missing-header',
  title: 'A migration that does not say what it is for',
  why: 'Who reads it in an incident, or years later, sees what it does and not why.',
  instead: 'Begin the file with a comment that names the purpose, and the ticket if there is one.',
  sources: [],
  concern: 'style',
  severity: 'info',
  scope: 'file',
  example: {
    setup: '',
    unsafe: 'SELECT 1;',
    safe: '-- Warms up nothing, shows a header.\nSELECT 1;',
  },
  predict: ({ text, statements }) => {
    const first = statements[0]?.statement.span.line;
    if (first === undefined) return [];
    const says = readComments(text).some((comment) => comment.line <= first && !isDirective(comment.text));
    return says ? [] : [{ message: 'The file begins without a comment that says what it is for.' }];
  },
  unobservable: 'A server throws comments away.',
});

/** What tools read, and promises about duration and risk, name no purpose; neither does a bare word such as `Up`. */
function isDirective(text: string): boolean {
  const told = text.trim();
  return (
    /^(lockkeeper:|squawk-ignore|atlas:|estimated duration|complexity|\+\s*\w+|migrate:|liquibase|changeset)/i.test(
      told,
    ) || told.split(/\s+/).length < 2
  );
}
