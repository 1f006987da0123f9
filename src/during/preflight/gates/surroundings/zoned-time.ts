const minuteMs = 60_000;
const dayMs = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const parts = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  } as const;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: timezone, hourCycle: 'h23', ...parts });
  formats.set(timezone, made);
  return made;
}

/** What the clock of a time zone shows at an instant, as if it were UTC: milliseconds since the epoch. */
export function wallTime(instant: number, timezone: string): number {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/**
 * The instant at which a time zone's clock shows a wall time. Of one that it shows twice, when the clock goes back, the
 * first; of one that it leaves out, as much later.
 */
export function instantOf(wall: number, timezone: string): number {
  const offset = (instant: number): number => wallTime(instant, timezone) - instant;
  // The offset a day before and after: a change of the clock lies between, or there is none.
  const [before, after] = [offset(wall - dayMs), offset(wall + dayMs)];
  const early = wall - before;
  return wallTime(early, timezone) === wall || before === after
    ? early
    : lateInstant(wall, { before, after, timezone });
}

function lateInstant(
  wall: number,
  { before, after, timezone }: { readonly before: number; readonly after: number; readonly timezone: string },
): number {
  const late = wall - after;
  return wallTime(late, timezone) === wall ? late : wall - before;
}

/** Wall time of the beginning of the day, so many days after. */
export function dayStart(wall: number, daysLater: number): number {
  return Math.floor(wall / dayMs) * dayMs + daysLater * dayMs;
}

/** 0 is Monday. */
export function weekdayOf(wall: number): number {
  return (new Date(wall).getUTCDay() + 6) % 7;
}

/** `22:30` as milliseconds since midnight. */
export function sinceMidnight(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return (hours * 60 + minutes) * minuteMs;
}

/** A date or a time of the configuration as an instant; a date alone begins the day or, as an end, completes it. */
export function momentOf(text: string, timezone: string, part: 'begin' | 'end'): number {
  if (/(?:Z|[+-]\d{2}:\d{2})$/.test(text)) return Date.parse(text);
  const isDate = !text.includes('T');
  const wall = Date.parse(isDate ? `${text}T00:00:00Z` : `${text}Z`);
  return instantOf(isDate && part === 'end' ? wall + dayMs : wall, timezone);
}

/** `2026-12-20 18:00 Europe/Berlin`. */
export function showInstant(instant: number, timezone: string): string {
  const shown = new Date(wallTime(instant, timezone)).toISOString();
  return `${shown.slice(0, 10)} ${shown.slice(11, 16)} ${timezone}`;
}
