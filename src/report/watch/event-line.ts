import type { WatchEvent } from '../../model/watch-report.js';
import { formatDuration } from '../units.js';
import { actionInWords, sampleInWords } from './watch-summary.js';

/** An event as one line of a log; null for a sample like the one before. */
export function watchEventLine(event: WatchEvent): string | null {
  switch (event.kind) {
    case 'watching':
      return `${event.at} watching ${event.target} for ${formatDuration(event.forMs)}`;
    case 'sample':
      return `${event.at} ${sampleInWords(event.sample)}`;
    case 'decision': {
      const { verdict, severity, reason } = event.decision;
      return `${event.at} ${verdict}${severity === null ? '' : ` (${severity})`}: ${reason}`;
    }
    case 'action':
      return actionInWords(event.action);
    case 'note':
      return `${event.at} ${event.text}`;
    case 'ended':
      return `${event.at} ended: ${event.verdict}`;
    default:
      return event satisfies never;
  }
}
