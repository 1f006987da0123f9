import type { Contact, WatchDecision, WatchReport } from '../../../model/watch-report.js';

/** Where a target names nobody. */
const usualContacts: readonly Contact[] = [
  { role: 'on-call engineer', name: null, reach: null, afterMin: 0 },
  { role: 'technical lead', name: null, reach: null, afterMin: 15 },
  { role: 'CTO', name: null, reach: null, afterMin: 60 },
];

const minuteMs = 60_000;

/** Who is to be called because of a decision, and when each; nobody when all is well. */
export function whoIsCalled(
  { verdict, at, breaches }: Pick<WatchDecision, 'verdict' | 'at' | 'breaches'>,
  configured: readonly Contact[],
): WatchReport['contacts'] {
  if (verdict === 'continue') return [];
  const start = Math.min(Date.parse(at), ...breaches.map(({ since }) => Date.parse(since)));
  const contacts = configured.length === 0 ? usualContacts : configured;
  return contacts
    .toSorted((left, right) => left.afterMin - right.afterMin)
    .map((contact) => ({ ...contact, at: new Date(start + contact.afterMin * minuteMs).toISOString() }));
}
