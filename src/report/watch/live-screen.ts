import type { WatchDecision, WatchEvent, WatchSample } from '../../model/watch-report.js';
import type { Layout } from '../terminal/layout.js';
import { renderProse } from '../terminal/layout.js';
import { makePalette } from '../terminal/paint.js';
import { formatDuration } from '../units.js';
import { sampleInWords, watchLight } from './watch-summary.js';

/** What is shown while it is watched. */
export interface WatchScreen {
  readonly title: string;
  readonly sample: WatchSample | null;
  readonly leftMs: number | null;
  readonly decision: WatchDecision | null;
  /** The newest last. */
  readonly remarks: readonly string[];
}

export const emptyScreen: WatchScreen = {
  title: 'Beginning to watch',
  sample: null,
  leftMs: null,
  decision: null,
  remarks: [],
};

const keptRemarks = 4;

export function advanceScreen(screen: WatchScreen, event: WatchEvent): WatchScreen {
  const remark = (text: string): WatchScreen => ({
    ...screen,
    remarks: [...screen.remarks, text].slice(-keptRemarks),
  });
  switch (event.kind) {
    case 'watching':
      return { ...screen, title: `Watching ${event.target}`, leftMs: event.forMs };
    case 'sample':
      return { ...screen, sample: event.sample, leftMs: event.leftMs };
    case 'decision':
      return { ...remark(`${event.decision.verdict}: ${event.decision.reason}`), decision: event.decision };
    case 'action':
      return remark(`${event.action.what}: ${event.action.detail}`);
    case 'note':
      return remark(event.text);
    case 'ended':
      return screen;
    default:
      return event satisfies never;
  }
}

/** At most as many lines as there is room for. */
export function renderScreen(
  screen: WatchScreen,
  { width, height, color }: { readonly width: number; readonly height: number; readonly color: boolean },
): readonly string[] {
  const layout: Layout = { width: Math.max(40, width), palette: makePalette(color), verbose: false };
  const { palette } = layout;
  const { title, sample, leftMs, decision, remarks } = screen;
  const left = leftMs === null ? '' : `, ${formatDuration(leftMs)} left`;
  const verdict = decision?.verdict ?? 'nothing is decided yet';
  const light = decision === null ? palette.faint : palette[watchLight(decision)];
  return [
    ...renderProse(layout, { head: '', text: `${title}${left}` }, palette.title),
    ...renderProse(layout, { head: '  ', text: verdict }, light),
    ...(sample === null ? [] : renderProse(layout, { head: '  ', text: sampleInWords(sample) }, palette.plain)),
    ...remarks.flatMap((text) => renderProse(layout, { head: '  · ', text }, palette.faint)),
  ].slice(0, Math.max(1, height));
}
