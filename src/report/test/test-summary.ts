import { integrityInWords } from '../../model/integrity.js';
import { proofVerdicts, type RollbackProof } from '../../model/rollback-proof.js';
import type { TestReport } from '../../model/test-report.js';
import { formatDuration } from '../units.js';

/** `12 restored · 1 not-restored`, or why nothing was tried. */
export function totalsInWords({ totals, inconclusive }: TestReport): string {
  const counts = proofVerdicts.flatMap((verdict) => (totals[verdict] === 0 ? [] : [`${totals[verdict]} ${verdict}`]));
  if (inconclusive.length > 0) return ['inconclusive', ...counts].join(' · ');
  return counts.length === 0 ? 'no migrations' : counts.join(' · ');
}

/** How the stage was made on which it was tried. */
export function stageInWords({ server, rowsPerTable, historyMigrations, durationMs }: TestReport): readonly string[] {
  return [
    `PostgreSQL ${server.version} (${server.source})`,
    ...(historyMigrations === 0 ? [] : [`${historyMigrations} migrations before`]),
    rowsPerTable === null ? 'tables as the migrations leave them' : `${rowsPerTable} rows in each table`,
    formatDuration(durationMs),
  ];
}

/** `up 12 ms · down 3 ms`. */
export function timesInWords({ upMs, downMs }: RollbackProof): string {
  return [
    ...(upMs === null ? [] : [`up ${formatDuration(upMs)}`]),
    ...(downMs === null ? [] : [`down ${formatDuration(downMs)}`]),
  ].join(' · ');
}

/** What is to be known of a proof beside its difference. */
export function remarksOf({ columnOrder, dataKept, notes, integrity }: RollbackProof): readonly string[] {
  return [
    ...(integrity?.afterUp ?? []).map((fault) => `after up, ${integrityInWords(fault)}`),
    ...(integrity?.afterDown ?? []).map((fault) => `after down, ${integrityInWords(fault)}`),
    ...(dataKept === false ? ['rows that existed are not as before'] : []),
    ...(columnOrder.length === 0 ? [] : [`columns are back in another order: ${columnOrder.join(', ')}`]),
    ...notes,
  ];
}
