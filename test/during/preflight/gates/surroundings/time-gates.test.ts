import { describe, expect, test } from 'vitest';
import freezeCalendar from '../../../../../src/during/preflight/gates/surroundings/freeze-calendar.js';
import maintenanceWindow from '../../../../../src/during/preflight/gates/surroundings/maintenance-window.js';
import { nextOpening, openUntil } from '../../../../../src/during/preflight/gates/surroundings/window-hours.js';
import { instantOf, momentOf, wallTime } from '../../../../../src/during/preflight/gates/surroundings/zoned-time.js';
import { decided } from './decide-policy.js';

const utc = (text: string): number => Date.parse(text);
const iso = (instant: number | null): string | null => (instant === null ? null : new Date(instant).toISOString());

describe('the clock of a time zone', () => {
  test.each([
    ['2026-01-15T09:00', 'Europe/Berlin', '2026-01-15T08:00:00.000Z'],
    ['2026-07-15T09:00', 'Europe/Berlin', '2026-07-15T07:00:00.000Z'],
    ['2026-07-15T09:00', 'Asia/Kolkata', '2026-07-15T03:30:00.000Z'],
    ['2026-07-15T00:00', 'America/Los_Angeles', '2026-07-15T07:00:00.000Z'],
    // Left out: the clock goes from 02:00 to 03:00.
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    // Shown twice: the first counts.
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T03:00', 'Europe/Berlin', '2026-10-25T02:00:00.000Z'],
    ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
  ])('%s in %s', (wall, timezone, instant) => {
    expect(iso(instantOf(utc(`${wall}Z`), timezone))).toBe(instant);
  });

  test('there and back, around every hour of a year', () => {
    const begin = utc('2026-01-01T00:00:00Z');
    for (let hour = 0; hour < 8_760; hour += 5) {
      const instant = begin + hour * 3_600_000;
      const again = instantOf(wallTime(instant, 'Europe/Berlin'), 'Europe/Berlin');
      // In the hour that comes twice it is the first.
      expect(instant - again === 0 || instant - again === 3_600_000).toBe(true);
      expect(wallTime(again, 'Europe/Berlin')).toBe(wallTime(instant, 'Europe/Berlin'));
    }
  });

  test.each([
    ['2026-12-20', 'begin', '2026-12-19T23:00:00.000Z'],
    ['2026-12-20', 'end', '2026-12-20T23:00:00.000Z'],
    ['2026-12-20T18:00', 'end', '2026-12-20T17:00:00.000Z'],
    ['2026-12-20T18:00Z', 'begin', '2026-12-20T18:00:00.000Z'],
    ['2026-12-20T18:00-05:00', 'begin', '2026-12-20T23:00:00.000Z'],
  ] as const)('%s as %s', (text, part, instant) => {
    expect(iso(momentOf(text, 'Europe/Berlin', part))).toBe(instant);
  });
});

describe('a window', () => {
  const night = { days: ['saturday'], from: '22:00', to: '02:00', timezone: 'Europe/Berlin' } as const;
  test.each([
    ['before it', '2026-06-20T19:59:00Z', null],
    ['as it opens', '2026-06-20T20:00:00Z', '2026-06-21T00:00:00.000Z'],
    ['past midnight, on a day that is not listed', '2026-06-20T23:30:00Z', '2026-06-21T00:00:00.000Z'],
    ['as it closes', '2026-06-21T00:00:00Z', null],
    ['in the night in which the clock goes back', '2026-10-24T20:00:00Z', '2026-10-25T00:00:00.000Z'],
  ])('%s', (_, instant, until) => {
    expect(iso(openUntil(utc(instant), night))).toBe(until);
  });

  test('that touches the next is one, and says when it opens', () => {
    const days = ['friday', 'saturday'] as const;
    const all = { days: [...days], from: '00:00', to: '24:00', timezone: 'UTC' };
    expect(iso(openUntil(utc('2026-06-19T12:00:00Z'), all))).toBe('2026-06-21T00:00:00.000Z');
    expect(iso(nextOpening(utc('2026-06-21T00:00:00Z'), all))).toBe('2026-06-26T00:00:00.000Z');
    expect(iso(nextOpening(utc('2026-06-15T12:00:00Z'), night))).toBe('2026-06-20T20:00:00.000Z');
  });
});

describe('maintenance-window', () => {
  const window = { days: 'monday', from: '13:00', to: '16:00', timezone: 'Europe/Berlin' };
  const at = (time: string) => ({ now: new Date(`2026-06-15T${time}:00Z`) });
  const seen = (fields: object = {}) => ({ ...window, estimateMs: 600_000, source: 'rehearsal', ...fields });
  test.each([
    [
      'open, and long enough',
      '11:30',
      {},
      /^pass: .* another 3 h, until 2026-06-15 16:00 Europe\/Berlin; 80 min are wanted/,
    ],
    ['too little left', '13:00', {}, /^block: .* another 60 min/],
    ['just enough', '12:40', {}, /^pass/],
    ['closed', '10:00', {}, /^block: .* opens 2026-06-15 13:00 Europe\/Berlin/],
    ['nobody knows how long it takes', '12:00', { estimateMs: null, source: null }, /^unknown/],
  ])('%s', (...[, time, fields, expected]) => {
    expect(decided(maintenanceWindow, seen(fields), at(time))).toMatch(expected);
  });

  test('settings change what has to fit', () => {
    const settings = { factor: 3, bufferMinutes: { '1': 5 } };
    expect(decided(maintenanceWindow, seen(), { ...at('13:25'), settings })).toMatch(/^pass: .* 35 min are wanted/);
    expect(decided(maintenanceWindow, seen(), { ...at('13:26'), settings })).toMatch(/^block/);
  });

  test('none is a block where the tier demands one', () => {
    const none = seen({ from: null, to: null });
    expect(decided(maintenanceWindow, none)).toMatch(/^pass/);
    expect(decided(maintenanceWindow, none, { controls: ['maintenance window'] })).toMatch(/^block/);
  });
});

describe('freeze-calendar', () => {
  const seen = (from: string, to: string, estimateMs: number | null = 0) => ({
    freezes: [{ from, to, reason: 'peak season' }],
    timezone: 'Europe/Berlin',
    estimateMs,
    source: null,
  });
  test.each([
    [
      'inside',
      '2026-06-10',
      '2026-06-15',
      /^block: There is a freeze until 2026-06-16 00:00 Europe\/Berlin: peak season/,
    ],
    ['over since yesterday', '2026-06-10', '2026-06-14', /^pass/],
    ['about to begin', '2026-06-15T14:30', '2026-06-16', /^block: A freeze begins 2026-06-15 14:30/],
    ['later', '2026-06-15T16:00', '2026-06-16', /^pass/],
  ])('%s', (...[, from, to, expected]) => {
    expect(decided(freezeCalendar, seen(from, to))).toMatch(expected);
  });
  test('a long change meets a later one', () => {
    const hour = 3_600_000;
    expect(decided(freezeCalendar, seen('2026-06-15T17:00', '2026-06-16', hour))).toMatch(/^pass/);
    expect(decided(freezeCalendar, seen('2026-06-15T16:30', '2026-06-16', hour))).toMatch(/^block/);
  });
});
