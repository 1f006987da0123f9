import type { StepFinding } from '../../../../model/controls.js';
import { blockedTraffic } from '../../../../model/locks.js';
import type { MigrationTrace } from '../../../../model/trace.js';
import type { ChangeFacts, Recorded } from '../../change-facts.js';
import { bytesInWords, counted, durationInWords } from '../../in-words.js';
import { defineStep, endedIn, missing } from '../step.js';

const rehearse = '`lockkeeper rehearse`';

/** The rehearsal that counts: the newest that passed, else the newest. */
function rehearsalOf({ rehearsals }: ChangeFacts) {
  return rehearsals.findLast(({ body }) => body.verdict === 'passed') ?? rehearsals.at(-1) ?? null;
}

/** Figures of a rehearsal in one line: how long, who would have waited, how much was written. */
function rehearsedInWords(migrations: readonly MigrationTrace[], durationMs: number): string {
  const statements = migrations.flatMap((migration) => migration.statements);
  const blocked = Math.max(
    0,
    ...statements.flatMap(({ locks }) =>
      locks
        .filter(({ mode, created }) => created === undefined && blockedTraffic(mode) !== 'none')
        .map(({ heldMs }) => heldMs ?? 0),
    ),
  );
  const stall = Math.max(
    0,
    ...statements.flatMap(({ traffic }) => traffic.map(({ longestStallMs }) => longestStallMs)),
  );
  const wal = statements.reduce((sum, { walBytes }) => sum + (walBytes ?? 0), 0);
  const lag = Math.max(0, ...statements.flatMap(({ standby }) => (standby === null ? [] : [standby.lagMs])));
  const temp = statements.reduce((sum, { io }) => sum + (io?.tempBytes ?? 0), 0);
  return [
    `${counted(statements.length, 'statement')} in ${durationInWords(durationMs)}`,
    `traffic blocked at most ${durationInWords(blocked)}`,
    ...(stall > 0 ? [`longest stall ${durationInWords(stall)}`] : []),
    `${bytesInWords(wal)} of WAL`,
    ...(temp > 0 ? [`${bytesInWords(temp)} of temporary files`] : []),
    ...(lag > 0 ? [`standby behind by ${durationInWords(lag)}`] : []),
  ].join(', ');
}

function sumOf(migrations: readonly MigrationTrace[]): number {
  return migrations.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

export const rehearsed = defineStep({
  id: 'rehearsed',
  title: 'The change was rehearsed on a real server',
  phase: 'before',
  remedy: rehearse,
  judge: (facts) => {
    const record = rehearsalOf(facts);
    if (record === null) return missing;
    const { verdict, migrations, server, inconclusive } = record.body;
    const figures = `${verdict} on PostgreSQL ${server.version}: ${rehearsedInWords(migrations, sumOf(migrations))}`;
    if (verdict === 'inconclusive') {
      return { ...endedIn(record, { holds: true, figures: inconclusive.join(' ') }), state: 'missing' };
    }
    return endedIn(record, { holds: verdict === 'passed', figures });
  },
});

/** A part of what a rehearsal can do, which it does only when asked. */
function inRehearsal(
  facts: ChangeFacts,
  describe: (rehearsal: Recorded<ChangeFacts['rehearsals'][number]['body']>) => string | null,
): StepFinding {
  for (const record of facts.rehearsals.toReversed()) {
    const figures = describe(record);
    if (figures !== null) return endedIn(record, { holds: record.body.verdict === 'passed', figures });
  }
  return missing;
}

export const performanceTested = defineStep({
  id: 'performance-tested',
  title: 'Its effect on traffic was measured: query times, lock durations',
  phase: 'before',
  remedy: '`lockkeeper rehearse --traffic`',
  judge: (facts) =>
    inRehearsal(facts, ({ body }) => {
      if (body.stage.trafficPerSecond === null) return null;
      const traffic = body.migrations.flatMap(({ statements }) => statements.flatMap((one) => one.traffic));
      const p99 = Math.max(0, ...traffic.map(({ p99Ms }) => p99Ms));
      const stall = Math.max(0, ...traffic.map(({ longestStallMs }) => longestStallMs));
      const failures = traffic.reduce((sum, one) => sum + one.failures, 0);
      return `${body.stage.trafficPerSecond} requests/s on each table: p99 ${durationInWords(p99)}, longest stall ${durationInWords(stall)}, ${counted(failures, 'failed request')}`;
    }),
});

export const dataShape = defineStep({
  id: 'production-like-data',
  title: 'It was tried on production-like data',
  phase: 'before',
  remedy: '`lockkeeper rehearse` with `stage.data`, or with --rows',
  judge: (facts) =>
    inRehearsal(facts, ({ body: { stage } }) => {
      if (stage.data === 'none') return null;
      return stage.data === 'file'
        ? 'with the data that the project names'
        : `${stage.rowsPerTable} rows in each table`;
    }),
});

export const durationEstimated = defineStep({
  id: 'duration-estimated',
  title: 'Its duration is known',
  phase: 'before',
  remedy: rehearse,
  judge: (facts) => {
    const record = rehearsalOf(facts);
    if (record === null || record.body.verdict !== 'passed') return missing;
    return endedIn(record, {
      holds: true,
      figures: `${durationInWords(sumOf(record.body.migrations))} in the rehearsal`,
    });
  },
});

export const idempotent = defineStep({
  id: 'idempotent',
  title: 'Running it a second time does no harm',
  phase: 'before',
  remedy: '`lockkeeper rehearse --twice`',
  judge: (facts) => {
    for (const record of facts.rehearsals.toReversed()) {
      const reruns = record.body.migrations.flatMap(({ rerun }) => rerun ?? []);
      if (reruns.length === 0) continue;
      const unchanged = reruns.filter(({ kind }) => kind === 'unchanged').length;
      const figures = `${unchanged} of ${counted(reruns.length, 'migration')} ran again and changed nothing`;
      return endedIn(record, { holds: unchanged === reruns.length, figures });
    }
    return missing;
  },
});
