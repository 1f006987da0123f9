import type { DiffReport, DiffSide, ReportedDifference } from '../../model/diff-report.js';
import { facets } from '../../model/schema-snapshot.js';

/** `before: …`, `after: …`, and what was compared. */
export function sidesInWords({ before, after, facets: compared }: DiffReport): readonly string[] {
  return [`before: ${sideInWords(before)}`, `after: ${sideInWords(after)}`, `compared: ${compared.join(', ')}`];
}

function sideInWords({ name, source, server, objects }: DiffSide): string {
  return `${name} (${source}, PostgreSQL ${server.version}, ${objects} objects)`;
}

export function verdictInWords({ same, differences, facets: compared }: DiffReport): string {
  if (same) return `No difference in ${compared.join(', ')}`;
  const count = (change: ReportedDifference['change']) => differences.filter((one) => one.change === change).length;
  const parts = (['added', 'removed', 'changed'] as const).map((change) => `${count(change)} ${change}`);
  return `${differences.length} ${differences.length === 1 ? 'object differs' : 'objects differ'}: ${parts.join(', ')}`;
}

/** What differs in facets that were not asked for; null when nothing does. */
export function othersInWords({ totals, facets: compared }: DiffReport): string | null {
  const others = facets.filter((facet) => !compared.includes(facet) && totals[facet] > 0);
  if (others.length === 0) return null;
  const told = others.map((facet) => `${facet} of ${totals[facet]} ${totals[facet] === 1 ? 'object' : 'objects'}`);
  return `Not compared, and different too: ${told.join(', ')}. --facets ${others.join(',')} shows it.`;
}
