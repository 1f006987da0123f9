import type { Waiver } from '../../model/preflight.js';

/** The longest that a waiver may hold where the project says nothing else, in days. */
export const usualWaiverDays = 14;

const dayMs = 86_400_000;

export interface WaiverTerms {
  readonly now: Date;
  readonly longestDays: number;
  /** Ids of all gates. */
  readonly gates: readonly string[];
}

export interface ChosenWaivers {
  readonly valid: readonly Waiver[];
  /** Why the others do not count, in words. */
  readonly refused: readonly string[];
}

/** Keeps the waivers that hold now. One that is over, not begun, too long, or of no gate lets nothing pass, and is said. */
export function chooseWaivers(waivers: readonly Waiver[], terms: WaiverTerms): ChosenWaivers {
  const judged = waivers.map((waiver) => ({ waiver, why: faultOf(waiver, terms) }));
  return {
    valid: judged.flatMap(({ waiver, why }) => (why === null ? [waiver] : [])),
    refused: judged.flatMap(({ waiver: { gate, target, by }, why }) =>
      why === null ? [] : [`The waiver of ${gate} on ${target} by ${by} does not count: ${why}.`],
    ),
  };
}

function faultOf(waiver: Waiver, { now, longestDays, gates }: WaiverTerms): string | null {
  const [granted, expires] = [Date.parse(waiver.grantedAt), Date.parse(waiver.expiresAt)];
  if (!gates.includes(waiver.gate)) return 'there is no such gate';
  if (waiver.by.trim() === '' || waiver.reason.trim() === '') return 'it names nobody, or no reason';
  if (Number.isNaN(granted) || Number.isNaN(expires)) return 'it is not dated';
  if (granted > now.getTime()) return `it is granted from ${waiver.grantedAt} on`;
  if (expires <= now.getTime()) return `it expired ${waiver.expiresAt}`;
  if (expires - granted > longestDays * dayMs) return `it holds for more than ${longestDays} days`;
  return null;
}
