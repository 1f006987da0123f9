import { InvalidArgumentError } from 'commander';

export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) throw new InvalidArgumentError('It has to be a whole number above 0.');
  return value;
}

export function positiveSeconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 86_400)) throw new InvalidArgumentError('It has to be a number of seconds above 0.');
  return value;
}

const shortUnitsMs = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `90s`, `30m`, `1h` in milliseconds. */
export function shortTime(text: string): number {
  const [, count, unit] = /^(\d+)([smh])$/.exec(text) ?? [];
  const ms = Number(count) * shortUnitsMs[unit as keyof typeof shortUnitsMs];
  if (!(ms > 0)) throw new InvalidArgumentError('It has to be a number of seconds, minutes or hours: 90s, 30m, 1h.');
  return ms;
}

const unitsMs = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** `12h`, `30d`, `8w` in milliseconds. */
export function lengthOfTime(text: string): number {
  const [, count, unit] = /^(\d+)([hdw])$/.exec(text) ?? [];
  if (count === undefined)
    throw new InvalidArgumentError('It has to be a number of hours, days or weeks: 12h, 30d, 8w.');
  return Number(count) * unitsMs[unit as keyof typeof unitsMs];
}
