import { showControls } from './visible-text.js';

const zeroWidthSpace = '\u200b';

/** Prose for Markdown on one line: nothing in it formats, links, opens a tag, ends a table cell or calls a person. */
export function escapeMarkdown(text: string): string {
  return showControls(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>|~]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/[@#](?=\w)/g, `$&${zeroWidthSpace}`)
    .trim()
    .replace(/^(\d*)([-+.)=#])(?=\s|$)/, '$1\\$2');
}

/** A code span: its fence is longer than any run of backticks in it. */
export function codeSpan(text: string): string {
  const line = showControls(text).replace(/\s+/g, ' ').trim();
  if (line === '') return '';
  const fence = '`'.repeat(longestRun(line) + 1);
  const padding = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}

/** A code span in a table, where a bare pipe would end the cell even inside code. */
export function codeCell(text: string): string {
  return codeSpan(text).replaceAll('|', '\\|');
}

/** A fenced block that the text cannot close. */
export function codeBlock(text: string, language: string): string {
  const shown = showControls(text);
  const fence = '`'.repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}${language}\n${shown}\n${fence}`;
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}

/** Text inside an HTML tag of a Markdown document, such as `<summary>`. */
export function escapeSummary(text: string): string {
  return showControls(text)
    .replace(/\s+/g, ' ')
    .replace(
      /[&<>"'`*_[\]\\~@|]/g,
      (character) => `&#${character.charCodeAt(0)};${character === '@' ? zeroWidthSpace : ''}`,
    );
}

export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
