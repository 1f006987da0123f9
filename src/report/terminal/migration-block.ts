import type { MigrationTrace } from '../../model/trace.js';
import { claimInWords, stateInWords, transactionInWords } from '../migration-summary.js';
import { formatBytes, formatCounted, formatDuration } from '../units.js';
import { type Layout, renderProse, renderRule } from './layout.js';
import { renderStatement } from './statement-block.js';

/** One migration: its header, its claims, its statements and, unless it was applied, what remains of it. */
export function renderMigration(layout: Layout, migration: MigrationTrace): readonly string[] {
  const { palette } = layout;
  const applied = migration.state.kind === 'applied';
  const outcome = applied ? `✓ ${formatDuration(migration.durationMs)}` : `✗ ${migration.state.kind}`;
  const rule = { text: outcome, paint: applied ? palette.good : palette.bad };
  return [
    renderRule(layout, migration.id, rule),
    ...renderProse(layout, { head: '  ', text: transactionInWords(migration.transaction) }, palette.faint),
    ...renderClaims(layout, migration),
    ...migration.statements.flatMap((statement) => renderStatement(layout, statement)),
    ...(layout.verbose ? renderEnd(layout, migration) : []),
    ...(applied ? [] : renderProse(layout, { head: '  → ', text: stateInWords(migration.state) }, palette.bad)),
    '',
  ];
}

function renderClaims(layout: Layout, migration: MigrationTrace): readonly string[] {
  return migration.claims.flatMap((check) => {
    const head = check.holds ? '  ✓ ' : '  ✗ ';
    const paint = check.holds ? layout.palette.good : layout.palette.bad;
    return renderProse(layout, { head, text: claimInWords(check) }, paint);
  });
}

function renderEnd(layout: Layout, migration: MigrationTrace): readonly string[] {
  const records = migration.walRecords.map(
    (one) => `${one.resourceManager} ${formatCounted(one.records, 'record')} ${formatBytes(one.bytes)}`,
  );
  const commit = migration.commitMs === null ? [] : [`commit ${formatDuration(migration.commitMs)}`];
  const wal = records.length === 0 ? [] : [`WAL records: ${records.join(', ')}`];
  return [...commit, ...wal].flatMap((text) => renderProse(layout, { head: '  ', text }, layout.palette.faint));
}
