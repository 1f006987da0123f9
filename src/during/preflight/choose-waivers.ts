import type { Waiver } from '../../model/preflight.js';

const dayMs = 86_400_000;

export interface WaiverTerms {
  readonly now: Date;
  readonly longestDays: number;
  /** Ids of all gates. */
  readonly gates: readonly string[];
  /** Waivers count that nobody signed. */
  readonly unsigned: boolean;
  /** Gates that no waiver opens. */
  readonly closed: readonly string[];
  /** Why others, whose signatures were looked at before, do not count. */
  readonly refused: readonly string[];
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
    refused: [
      ...terms.refused,
      ...judged.flatMap(({ waiver: { gate, target, by }, why }) =>
        why === null ? [] : [`The waiver of ${gate} on ${target} by ${by} does not count: ${why}.`],
      ),
    ],
  };
}

function faultOf(waiver: Waiver, { now, longestDays, gates, unsigned, closed }: WaiverTerms): string | null {
  const [granted, expires] = [Date.parse(waiver.grantedAt), Date.parse(waiver.expiresAt)];
  if (!gates.includes(waiver.gate)) return 'there is no such gate';
  if (closed.includes(waiver.gate)) return 'on this tier no waiver opens that gate';
  if (!unsigned && waiver.record === undefined) {
    return 'on this tier it has to be signed (lockkeeper approve --waive GATE)';
  }
  if (waiver.by.trim() === '' || waiver.reason.trim() === '') return 'it names nobody, or no reason';
  if (Number.isNaN(granted) || Number.isNaN(expires)) return 'it is not dated';
  if (granted > now.getTime()) return `it is granted from ${waiver.grantedAt} on`;
  if (expires <= now.getTime()) return `it expired ${waiver.expiresAt}`;
  if (expires - granted > longestDays * dayMs) return `it holds for more than ${longestDays} days`;
  return null;
}
