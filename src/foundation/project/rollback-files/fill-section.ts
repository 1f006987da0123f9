import { commentLines, joined, renderForTool, terminated, verificationComment } from './render-rollback.js';
import type { RollbackText } from './rollback-text.js';

export type SectionTool = 'dbmate' | 'goose' | 'node-pg-migrate';

/** The line behind which the way back stands, as the tool finds it, and as it is written where it is missing. */
const marks: Readonly<Record<SectionTool, { readonly find: RegExp; readonly write: string }>> = {
  dbmate: { find: /^--[^\S\n]*migrate:down(?:[^\S\n]*$|[^\S\n]+\S+[^\S\n]*$)/m, write: '-- migrate:down' },
  goose: { find: /^--\s*\+goose Down[^\S\n]*$/m, write: '-- +goose Down' },
  'node-pg-migrate': { find: /^[^\S\n]*--[\s-]*down\s+migration.*$/im, write: '-- Down Migration' },
};

/** Puts a rollback behind the mark of the down part; the other bytes of the file stay. The part must have no statement. */
export function fillSection(fileText: string, tool: SectionTool, text: RollbackText): string {
  const { find, write } = marks[tool];
  const body = tool === 'goose' ? renderForGoose(text) : renderForTool(text);
  const mark = find.exec(fileText);
  if (mark === null) return `${fileText.replace(/\n*$/, '\n')}\n${write}\n${body}`;
  const end = mark.index + mark[0].length;
  return `${fileText.slice(0, end)}\n${body}${fileText.slice(end).replace(/^\r?\n/, '')}`;
}

/** goose ends a statement at a line that ends with a semicolon, so one with semicolons inside is fenced. */
function renderForGoose({ header, parts, verification, footer }: RollbackText): string {
  const statements = parts
    .flatMap((part) => part.statements)
    .map((sql) => {
      const [ended = ''] = terminated([sql]);
      return sql.includes(';') ? `-- +goose StatementBegin\n${ended}\n-- +goose StatementEnd` : ended;
    });
  const comment = (lines: readonly string[]) => commentLines(lines).join('\n');
  return joined([comment(header), ...statements, verificationComment(verification), comment(footer)]);
}
