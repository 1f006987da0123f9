import type { IncidentSeverity, SeverityTerms } from '../../../model/watch-report.js';

const minuteMs = 60_000;

/** What each severity asks for. */
export const severityTerms: Readonly<Record<IncidentSeverity, SeverityTerms>> = {
  P0: {
    severity: 'P0',
    meaning: 'complete outage, or damaged data',
    responseMs: 0,
    responseInWords: 'at once',
    assessMs: 0,
    assessInWords: 'roll back without assessing',
  },
  P1: {
    severity: 'P1',
    meaning: 'a major part is broken: more than 10 % errors, or more than half as slow again',
    responseMs: 15 * minuteMs,
    responseInWords: 'within 15 minutes',
    assessMs: 30 * minuteMs,
    assessInWords: 'decide after 30 minutes of assessing',
  },
  P2: {
    severity: 'P2',
    meaning: 'a minor part is broken: 5 to 10 % errors, or a quarter to a half slower',
    responseMs: 60 * minuteMs,
    responseInWords: 'within an hour',
    assessMs: 120 * minuteMs,
    assessInWords: 'decide after two hours of assessing',
  },
  P3: {
    severity: 'P3',
    meaning: 'nothing that anybody has to get up for',
    responseMs: null,
    responseInWords: 'on the next business day',
    assessMs: null,
    assessInWords: 'no rollback is needed',
  },
};

/** The weightiest of some; null for none. */
export function worstOf(severities: readonly IncidentSeverity[]): IncidentSeverity | null {
  return [...severities].sort()[0] ?? null;
}
