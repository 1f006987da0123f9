import type { RulePage } from '../../model/check.js';
import type { RuleProof } from '../../model/rule-proof.js';
import { type Layout, renderProse } from '../terminal/layout.js';
import { makePalette } from '../terminal/paint.js';
import type { TerminalOptions } from '../terminal.js';

/** Rules for a terminal: one in full, several as a list; with proofs, what each major showed. */
export function renderExplanation(
  pages: readonly RulePage[],
  proofs: readonly RuleProof[],
  options: TerminalOptions,
): string {
  const layout: Layout = { width: Math.max(40, options.width), palette: makePalette(options.color), verbose: false };
  const [page] = pages;
  const body = pages.length === 1 && page !== undefined ? renderPage(layout, page) : renderList(layout, pages);
  return `${[...body, ...renderProofLines(layout, proofs)].join('\n')}\n`;
}

function renderPage(layout: Layout, page: RulePage): readonly string[] {
  const { palette } = layout;
  const { example } = page;
  const code = (sql: string, paint: (text: string) => string): readonly string[] =>
    sql
      .trim()
      .split('\n')
      .map((line) => `    ${paint(line)}`);
  const facts = [
    page.concern,
    page.severity,
    `PostgreSQL ${page.majors.join(', ')}`,
    ...(page.needsSchema ? ['needs a schema'] : []),
  ];
  return [
    ...renderProse(layout, { head: '', text: page.id }, palette.title),
    ...renderProse(layout, { head: '', text: page.title }, palette.plain),
    ...renderProse(layout, { head: '', text: facts.join(' · ') }, palette.faint),
    '',
    ...renderProse(layout, { head: 'why      ', text: page.why }, palette.plain),
    ...renderProse(layout, { head: 'instead  ', text: page.instead }, palette.plain),
    '',
    ...(example.setup.trim() === '' ? [] : [palette.faint('given'), ...code(example.setup, palette.faint)]),
    palette.faint(`reported${example.paths === null ? '' : ` (${example.paths.unsafe})`}`),
    ...code(example.unsafe, palette.bad),
    palette.faint(`not reported${example.paths === null ? '' : ` (${example.paths.safe})`}`),
    ...code(example.safe, palette.good),
    ...(example.application === null
      ? []
      : [
          palette.faint('sent by an application that knows nothing of the change'),
          ...code(example.application, palette.sql),
        ]),
    ...(page.unobservable === null
      ? []
      : ['', ...renderProse(layout, { head: '', text: page.unobservable }, palette.faint)]),
    ...(page.sources.length === 0 ? [] : ['', ...page.sources.map((source) => palette.faint(source))]),
  ];
}

function renderList(layout: Layout, pages: readonly RulePage[]): readonly string[] {
  const { palette } = layout;
  const concerns = [...new Set(pages.map(({ concern }) => concern))];
  return concerns.flatMap((concern) => [
    palette.title(concern),
    ...pages
      .filter((page) => page.concern === concern)
      .flatMap((page) => [
        `  ${palette.severity[page.severity](page.id)}`,
        ...renderProse(layout, { head: '    ', text: page.title }, palette.faint),
      ]),
    '',
  ]);
}

function renderProofLines(layout: Layout, proofs: readonly RuleProof[]): readonly string[] {
  if (proofs.length === 0) return [];
  const { palette } = layout;
  const word = (answer: boolean | null): string => (answer === null ? 'not asked' : answer ? 'yes' : 'no');
  return [
    '',
    ...proofs.flatMap(({ rule, major, forms, holds }) => [
      (holds ? palette.good : palette.bad)(`${holds ? '✓' : '✗'} ${rule} on PostgreSQL ${major}`),
      ...forms.map(({ form, bySchema, byText, observed, error }) =>
        palette.faint(
          `    ${form}: predicted by schema ${word(bySchema)}, by text ${word(byText)}; observed ${word(observed)}${error === null ? '' : ` (${error})`}`,
        ),
      ),
    ]),
  ];
}
