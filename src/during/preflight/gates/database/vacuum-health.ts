import { ageSql } from '../../../../foundation/activity/read-sessions.js';
import { ageOrNull } from '../../../../foundation/activity/row-values.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { firstOf } from '../../in-words.js';
import { readRows, readShortly } from './reading/read-shortly.js';
import { findTouchedTables } from './reading/touched-tables.js';

/* The functions, unlike the view, say something of tables in schemas that the role may not use. */
const healthSql = `SELECT pg_catalog.current_setting('track_counts') = 'on' AS counted, c.reltuples, t.relation,
    pg_catalog.pg_stat_get_live_tuples(c.oid) AS live, pg_catalog.pg_stat_get_dead_tuples(c.oid) AS dead,
    ${ageSql('greatest(pg_catalog.pg_stat_get_last_vacuum_time(c.oid), pg_catalog.pg_stat_get_last_autovacuum_time(c.oid))')} AS vacuum_ms,
    ${ageSql('greatest(pg_catalog.pg_stat_get_last_analyze_time(c.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid))')} AS analyze_ms
  FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]), pg_catalog.unnest($2::pg_catalog.text[])) AS t(oid, relation)
    JOIN pg_catalog.pg_class c ON c.oid = t.oid WHERE c.relkind <> 'p' ORDER BY t.relation`;

/** Setting `warnDeadRatio`: dead rows per row, dead or alive, from which vacuum has fallen behind. */
const warnDeadRatio: ByTier = [0.2, 0.2, 0.3, 0.5];
/** Setting `blockDeadRatio`: from here on the change would read or copy mostly rubbish. */
const blockDeadRatio: ByTier = [0.5, 0.5, 0.8, 0.95];
/** Setting `fewRows`: with fewer dead rows than this nothing is wrong. */
const fewRows: ByTier = [10_000, 10_000, 10_000, 10_000];

type Table = {
  readonly relation: string;
  readonly liveRows: number;
  readonly deadRows: number;
  /** Milliseconds since a person or autovacuum did it; null for never since the statistics began. */
  readonly lastVacuumMs: number | null;
  readonly lastAnalyzeMs: number | null;
  /** The planner, and every estimate of ours, has nothing to go by. */
  readonly neverAnalyzed: boolean;
};
type Observation = { readonly tracked: boolean; readonly tables: readonly Table[] };

const remedy = 'VACUUM (ANALYZE) the table at a quiet hour, and find out why autovacuum does not keep up with it.';

function decide({ tracked, tables }: Observation, policy: GatePolicy): GateDecision {
  if (!tracked)
    return unknown(
      'The server counts no rows: track_counts is off.',
      'Set track_counts = on: autovacuum needs it, too.',
    );
  const few = limitOf(policy, 'fewRows', fewRows);
  const ratioOf = ({ deadRows, liveRows }: Table): number =>
    deadRows < few ? 0 : deadRows / Math.max(1, deadRows + liveRows);
  const over = (limit: number): readonly string[] =>
    tables
      .filter((table) => ratioOf(table) >= limit)
      .map((table) => `${table.relation} (${table.deadRows} dead rows, ${Math.round(100 * ratioOf(table))} %)`);
  const worst = over(limitOf(policy, 'blockDeadRatio', blockDeadRatio));
  if (worst.length > 0) return block(`Vacuum has not kept up with ${firstOf(worst)}.`, remedy);
  const bad = over(limitOf(policy, 'warnDeadRatio', warnDeadRatio));
  if (bad.length > 0) return warn(`Vacuum falls behind on ${firstOf(bad)}.`, remedy);
  const unanalyzed = tables.filter(({ neverAnalyzed, liveRows }) => neverAnalyzed && liveRows >= few);
  if (unanalyzed.length > 0) {
    return warn(
      `Never analysed: ${firstOf(unanalyzed.map(({ relation }) => relation))}; sizes and plans are guesses.`,
      'ANALYZE the table.',
    );
  }
  return pass(`Dead rows are few on the ${tables.length} touched tables.`);
}

export default defineGate<Observation>({
  id: 'vacuum-health',
  title: 'Vacuum keeps up with the touched tables',
  why: 'Scans and rewrites read dead rows too, so they take longer than rehearsed; a vacuum that has fallen behind starts when it is least wanted.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/routine-vacuuming.html'],
  blindSpot: 'Counts are estimates since the last reset of the statistics, and are lost in a crash or a failover.',
  settings: [
    {
      name: 'warnDeadRatio',
      meaning: 'Dead rows per row, dead or alive, from which vacuum has fallen behind',
      byTier: warnDeadRatio,
    },
    {
      name: 'blockDeadRatio',
      meaning: 'The same, from which the change would read or copy mostly rubbish',
      byTier: blockDeadRatio,
    },
    { name: 'fewRows', meaning: 'With fewer dead rows than this nothing is wrong', byTier: fewRows },
  ],
  inspect: async ({ session, change }) => {
    const tables = await readShortly(session, 'the touched tables', () => findTouchedTables(session, change.touched));
    const values = [tables.map(({ oid }) => oid), tables.map(({ relation }) => relation)];
    const rows = await readRows(session, 'counts of dead rows', { sql: healthSql, values });
    return {
      tracked: rows.every((row) => row['counted'] === true),
      tables: rows.map((row) => ({
        relation: String(row['relation']),
        liveRows: Number(row['live']),
        deadRows: Number(row['dead']),
        lastVacuumMs: ageOrNull(row, 'vacuum_ms'),
        lastAnalyzeMs: ageOrNull(row, 'analyze_ms'),
        neverAnalyzed: Number(row['reltuples']) < 0,
      })),
    };
  },
  decide,
});
