import type { RehearsalFigures } from '../../model/approval.js';
import { lockModes } from '../../model/locks.js';
import type { Rehearsal } from '../../model/rehearsal.js';

/** From this mode on a lock stops writes, and the last stops everything. */
const stopsWrites = lockModes.indexOf('ShareLock');

/** What of a rehearsal decides whether one signs. */
export function rehearsalFigures(rehearsal: Rehearsal): RehearsalFigures {
  const { startedAt, server, stage, migrations, durationMs, findings } = rehearsal;
  const statements = migrations.flatMap((migration) => migration.statements);
  const locks = statements
    .flatMap((statement) => statement.locks)
    .filter(({ created, mode }) => created !== true && lockModes.indexOf(mode) >= stopsWrites)
    .map(({ relation, mode, heldMs }) => ({ relation, mode, heldMs: heldMs ?? 0 }))
    .toSorted((left, right) => right.heldMs - left.heldMs);
  const stalls = statements.flatMap(({ traffic }) => traffic.map(({ longestStallMs }) => longestStallMs));
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  return {
    startedAt,
    serverVersion: server.version,
    data: stage.data,
    durationMs: migrations.length === 0 ? durationMs : migrations.reduce((sum, one) => sum + one.durationMs, 0),
    longestLock: locks[0] ?? null,
    longestStallMs: stalls.length === 0 ? null : Math.max(...stalls),
    walBytes: statements.reduce((sum, { walBytes }) => sum + (walBytes ?? 0), 0),
    errors: count('error'),
    warnings: count('warning'),
  };
}
