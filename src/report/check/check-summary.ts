import type { CheckReport } from '../../model/check.js';
import type { Assessment } from '../../model/classification.js';
import { formatBytes, formatCounted } from '../units.js';

const knowledge: Readonly<Record<CheckReport['server']['schema'], string>> = {
  shadow: 'schema of a shadow that replays the history',
  database: 'schema of the database',
  none: 'by the text alone',
};

/** With what the change was judged. */
export function knowledgeInWords({ server, project, migrations }: CheckReport): readonly string[] {
  return [
    `PostgreSQL ${server.major}`,
    knowledge[server.schema],
    ...(server.sizes === 'database' ? ['sizes of the database'] : []),
    `format ${project.format}`,
    formatCounted(migrations.length, 'migration'),
  ];
}

/** What a migration is and asks for, in short facts. */
export function assessmentInWords(assessment: Assessment): readonly string[] {
  const { kind, reversibility, expectedDowntime, deployment, approvals, controls } = assessment;
  return [
    kind,
    reversibility,
    `downtime: ${expectedDowntime}`,
    ...(deployment.order === 'any' ? [] : [`order: ${deployment.order}`]),
    ...(approvals.length === 0 ? [] : [`to approve: ${approvals.map(approvalInWords).join(', ')}`]),
    ...(controls.length === 0 ? [] : [`tier ${assessment.tier}: ${controls.join(', ')}`]),
  ];
}

function approvalInWords({ role, count }: Assessment['approvals'][number]): string {
  return count === 1 ? role : `${count} × ${role}`;
}

/** Whom it touches; empty when it touches nothing that was there. */
export function radiusInWords({ blastRadius }: Assessment): readonly string[] {
  return blastRadius.relations.map(({ relation, rows, bytes, dependents, neighbours }) => {
    const facts = [
      ...(rows === null ? [] : [`about ${rows} rows`]),
      ...(bytes === null || bytes === 0 ? [] : [formatBytes(bytes)]),
      ...(dependents.length === 0 ? [] : [`behind ${dependents.join(', ')}`]),
      ...(neighbours.length === 0 ? [] : [`tied to ${neighbours.join(', ')}`]),
    ];
    return facts.length === 0 ? relation : `${relation} (${facts.join('; ')})`;
  });
}

/** `2 errors, 1 warning`, or `nothing found`. */
export function totalsInWords({ totals, migrations }: CheckReport): string {
  const suppressed = migrations.reduce((sum, migration) => sum + migration.suppressed.length, 0);
  const counts = [
    ...(totals.error > 0 ? [formatCounted(totals.error, 'error')] : []),
    ...(totals.warning > 0 ? [formatCounted(totals.warning, 'warning')] : []),
    ...(totals.info > 0 ? [`${totals.info} to know`] : []),
  ];
  const found = counts.length === 0 ? 'nothing found' : counts.join(', ');
  return suppressed === 0 ? found : `${found}; ${suppressed} suppressed`;
}
