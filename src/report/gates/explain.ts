import type { GatePage } from '../../model/gate-page.js';
import { type Layout, renderProse } from '../terminal/layout.js';
import { makePalette } from '../terminal/paint.js';
import type { TerminalOptions } from '../terminal.js';

/** Gates for a terminal: one in full, several as a list. */
export function renderGateExplanation(pages: readonly GatePage[], options: TerminalOptions): string {
  const layout: Layout = { width: Math.max(40, options.width), palette: makePalette(options.color), verbose: false };
  const [page] = pages;
  const lines = pages.length === 1 && page !== undefined ? renderPage(layout, page) : renderList(layout, pages);
  return `${lines.join('\n')}\n`;
}

function renderPage(layout: Layout, page: GatePage): readonly string[] {
  const { palette } = layout;
  const prose = (head: string, text: string): readonly string[] => renderProse(layout, { head, text }, palette.plain);
  return [
    ...renderProse(layout, { head: '', text: page.id }, palette.title),
    ...prose('', page.title),
    ...renderProse(layout, { head: '', text: 'gate before a change' }, palette.faint),
    '',
    ...prose('why        ', page.why),
    ...prose('otherwise  ', page.remedy),
    ...(page.blindSpot === null ? [] : prose('blind to   ', page.blindSpot)),
    ...(page.settings.length === 0 ? [] : ['', palette.faint(`policy.gates.${page.id}`)]),
    ...page.settings.flatMap(({ name, meaning, byTier }) => {
      const figures = byTier === null ? '' : ` (tiers 0 to 3: ${byTier.join(', ')})`;
      return renderProse(layout, { head: `  ${name}  `, text: `${meaning}${figures}` }, palette.plain);
    }),
    ...(page.sources.length === 0 ? [] : ['', ...page.sources.map((source) => palette.faint(source))]),
  ];
}

function renderList(layout: Layout, pages: readonly GatePage[]): readonly string[] {
  const { palette } = layout;
  return [
    palette.title('gates before a change'),
    ...pages.flatMap(({ id, title }) => [
      `  ${id}`,
      ...renderProse(layout, { head: '    ', text: title }, palette.faint),
    ]),
    '',
  ];
}
