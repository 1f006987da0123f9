import { type MaintenanceWindow, weekdays } from '../../../../model/target-settings.js';
import { dayStart, instantOf, sinceMidnight, wallTime, weekdayOf } from './zoned-time.js';

/** Hours are agreed, and not only freezes. */
export type WindowHours = Pick<MaintenanceWindow, 'days' | 'timezone'> & { readonly from: string; readonly to: string };

interface Opening {
  readonly from: number;
  readonly to: number;
}

/** Everybody's week is over by then. */
const daysAhead = 8;

/** Openings around an instant, in order: those of yesterday may last until now. */
function openingsFrom(instant: number, { days, from, to, timezone }: WindowHours): readonly Opening[] {
  const today = wallTime(instant, timezone);
  const [begin, end] = [sinceMidnight(from), sinceMidnight(to)];
  return Array.from({ length: daysAhead + 2 }, (_, index) => dayStart(today, index - 1))
    .filter((day) => days.some((name) => name === weekdays[weekdayOf(day)]))
    .map((day) => ({
      from: instantOf(day + begin, timezone),
      to: instantOf(end > begin ? day + end : dayStart(day, 1) + end, timezone),
    }));
}

/** Until when a window is open; openings that touch are one. Null when it is not open. */
export function openUntil(instant: number, hours: WindowHours): number | null {
  let until: number | null = null;
  for (const opening of openingsFrom(instant, hours)) {
    if (opening.from <= (until ?? instant) && opening.to > (until ?? instant)) until = opening.to;
  }
  return until;
}

/** When a window opens next; null when it never does. */
export function nextOpening(instant: number, hours: WindowHours): number | null {
  return openingsFrom(instant, hours).find(({ from }) => from > instant)?.from ?? null;
}
