import type { SignalPreview } from '../../model/locks-report.js';
import { type Layout, renderProse, renderRule } from '../terminal/layout.js';
import { makePalette } from '../terminal/paint.js';
import type { TerminalOptions } from '../terminal.js';
import { formatCounted } from '../units.js';
import { stateInWords } from './locks-summary.js';
import { renderSession } from './terminal.js';

/** What somebody has to see before they agree to it. */
export function renderSignalPreview(preview: SignalPreview, options: TerminalOptions): string {
  const { signal, session, advice, blocked } = preview;
  const palette = makePalette(options.color);
  const layout: Layout = { width: Math.max(40, options.width), palette, verbose: true };
  const title = `To ${signal}: pid ${session.pid}, which ${blocked === 0 ? 'blocks nobody' : `blocks ${formatCounted(blocked, 'session')}`}`;
  const other = advice.action !== signal && (advice.action === 'cancel' || advice.action === 'terminate');
  const lines = [
    renderRule(layout, title, { text: stateInWords(session), paint: palette.bad }),
    ...renderSession(layout, session, '  '),
    ...renderProse(
      layout,
      { head: '  → ', text: `${other ? `rather ${advice.action}` : advice.action}: ${advice.reason}` },
      palette.warn,
    ),
    '',
  ];
  return `${lines.join('\n')}\n`;
}
