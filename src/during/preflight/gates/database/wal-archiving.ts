import { ageSql } from '../../../../foundation/activity/read-sessions.js';
import { ageOrNull, numberOrNull, textOrNull } from '../../../../foundation/activity/row-values.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { durationInWords } from '../../in-words.js';
import { managedServiceSql } from './reading/managed-service.js';
import { readRows } from './reading/read-shortly.js';

/** A command may hold credentials, so only whether there is one is read. */
const archiverSql = `SELECT pg_catalog.current_setting('archive_mode') AS mode,
    coalesce(NULLIF(pg_catalog.current_setting('archive_command', true), '(disabled)'), '') <> ''
      OR coalesce(pg_catalog.current_setting('archive_library', true), '') <> '' AS has_method,
    ${managedServiceSql} AS service, a.archived_count, a.failed_count,
    ${ageSql('a.last_archived_time')} AS archived_ms, ${ageSql('a.last_failed_time')} AS failed_ms,
    pg_catalog.has_function_privilege('pg_catalog.pg_ls_archive_statusdir()', 'EXECUTE') AS can_list
  FROM pg_catalog.pg_stat_archiver a`;

const waitingSql = `SELECT pg_catalog.count(*)::pg_catalog.int4 AS segments, ${ageSql('pg_catalog.min(s.modification)')} AS oldest_ms
  FROM pg_catalog.pg_ls_archive_statusdir() s WHERE s.name LIKE '%.ready'`;

/** Setting `maxWaitingMs`: how long a finished segment may wait for being archived. */
const maxWaitingMs: ByTier = [300_000, 300_000, 1_800_000, 86_400_000];
/** Setting `maxSilenceMs`: how long ago the last segment may have been archived, where those that wait cannot be seen. */
const maxSilenceMs: ByTier = [900_000, 900_000, 3_600_000, 86_400_000];

type Observation = {
  readonly mode: string;
  readonly hasMethod: boolean;
  readonly managedService: string | null;
  readonly archivedCount: number;
  readonly failedCount: number;
  /** Milliseconds since; null for never. */
  readonly lastArchivedMs: number | null;
  readonly lastFailedMs: number | null;
  /** Segments that are finished and not archived yet; null where the role may not list them. */
  readonly waiting: { readonly segments: number; readonly oldestMs: number | null } | null;
};

const remedy =
  'Look at the server log for the error of archive_command, repair it, run SELECT pg_switch_wal(), and ask again.';

function decide(seen: Observation, policy: GatePolicy): GateDecision {
  if (seen.mode === 'off' || !seen.hasMethod) return decideWithout(seen, policy);
  const { lastFailedMs, lastArchivedMs, waiting } = seen;
  if (lastFailedMs !== null && (lastArchivedMs === null || lastFailedMs < lastArchivedMs)) {
    return block(
      `Archiving fails: the last attempt, ${durationInWords(lastFailedMs)} ago, failed, and nothing was archived since.`,
      remedy,
    );
  }
  if (waiting === null) return decideBySilence(seen, policy);
  if (waiting.oldestMs !== null && waiting.oldestMs > limitOf(policy, 'maxWaitingMs', maxWaitingMs)) {
    return block(
      `${waiting.segments} segments wait to be archived, the oldest for ${durationInWords(waiting.oldestMs)}.`,
      remedy,
    );
  }
  if (lastArchivedMs === null) {
    return unknown('Archiving is on, and nothing has been archived since the statistics were reset.', remedy);
  }
  return pass(
    `The last segment was archived ${durationInWords(lastArchivedMs)} ago; ${waiting.segments} wait, none for long.`,
  );
}

function decideWithout({ mode, managedService }: Observation, { tier }: GatePolicy): GateDecision {
  const why = mode === 'off' ? 'archive_mode is off' : 'archive_mode is on, but there is no archive_command or library';
  if (managedService !== null) {
    return unknown(
      `${why}; ${managedService} may keep WAL in its own way, which SQL does not show.`,
      'Look up in the console of the service that point-in-time recovery is on, and waive this gate by name.',
    );
  }
  const advice =
    'Set archive_mode and archive_command, or stream WAL to a backup tool and waive this gate by name. Without archived WAL the database can only go back to its last backup.';
  return tier <= 1 || mode !== 'off' ? block(`${why}.`, advice) : warn(`${why}.`, advice);
}

function decideBySilence({ lastArchivedMs }: Observation, policy: GatePolicy): GateDecision {
  if (lastArchivedMs !== null && lastArchivedMs <= limitOf(policy, 'maxSilenceMs', maxSilenceMs)) {
    return pass(`The last segment was archived ${durationInWords(lastArchivedMs)} ago, and no attempt failed since.`);
  }
  const when = lastArchivedMs === null ? 'Nothing was archived yet' : `Nothing for ${durationInWords(lastArchivedMs)}`;
  return unknown(
    `${when}, and this role may not see whether segments wait.`,
    'GRANT pg_monitor to the role, or run SELECT pg_switch_wal() and ask again.',
  );
}

export default defineGate<Observation>({
  id: 'wal-archiving',
  title: 'WAL is being archived',
  why: 'Without archived WAL there is no way back to the moment before the change; WAL that cannot be archived fills the disk.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/continuous-archiving.html'],
  blindSpot:
    'It sees that segments left the server, not that they can be restored. Managed services that keep WAL themselves show archiving as off. Tools that receive WAL by streaming are not seen.',
  settings: [
    {
      name: 'maxWaitingMs',
      meaning: 'How long a finished segment may wait for being archived, in milliseconds',
      byTier: maxWaitingMs,
    },
    {
      name: 'maxSilenceMs',
      meaning:
        'How long ago the last segment may have been archived where those that wait cannot be seen, in milliseconds',
      byTier: maxSilenceMs,
    },
  ],
  inspect: async ({ session }) => {
    const [row = {}] = await readRows(session, 'the archiver', { sql: archiverSql });
    const [listed] = row['can_list'] === true ? await readRows(session, 'segments that wait', { sql: waitingSql }) : [];
    return {
      mode: String(row['mode']),
      hasMethod: row['has_method'] === true,
      managedService: textOrNull(row, 'service'),
      archivedCount: Number(row['archived_count']),
      failedCount: Number(row['failed_count']),
      lastArchivedMs: ageOrNull(row, 'archived_ms'),
      lastFailedMs: ageOrNull(row, 'failed_ms'),
      waiting:
        listed === undefined
          ? null
          : { segments: numberOrNull(listed, 'segments') ?? 0, oldestMs: ageOrNull(listed, 'oldest_ms') },
    };
  },
  decide,
});
