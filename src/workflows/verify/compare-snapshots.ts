import { basename } from 'node:path';
import { compareData } from '../../after/verify/data/compare-data.js';
import { snapshotSide } from '../../after/verify/data/data-side.js';
import type { LoadedConfig } from '../../foundation/config/load-config.js';
import type { DataSnapshot } from '../../model/verify-report.js';
import type { VerifySettings } from '../../model/verify-settings.js';
import { readSide } from './open-side.js';
import { readSnapshot } from './snapshot-file.js';
import type { VerifyFound } from './verification.js';
import type { VerifyRequest } from './verify-request.js';

/** Compares what was written down twice; no database is asked. */
export async function compareSnapshots(
  request: VerifyRequest,
  loaded: LoadedConfig,
  { immutable }: VerifySettings,
): Promise<VerifyFound> {
  const { action, clock, signal, fenced, onProgress, cwd, tables, schemas } = request;
  const written = action.kind === 'compare' ? [action.left, action.right ?? action.left] : [];
  const paths = written.flatMap((side) => {
    const found = readSide(loaded, side, cwd);
    return 'path' in found ? [found.path] : [];
  });
  const [left, right] = await Promise.all(paths.map(readSnapshot));
  if (left === undefined || right === undefined) throw new Error('A comparison of snapshots needs two of them.');
  const wanted = left.tables.map(({ relation }) => relation).filter((relation) => isWanted(relation, tables, schemas));
  const onItem = (text: string) => onProgress({ kind: 'phase', text: `Comparing ${text}` });
  const exact = fenced ? null : new Set(immutable);
  const sides = [snapshotSide(left), snapshotSide(right)] as const;
  const compared = await compareData(...sides, { clock, signal, exact, onItem, relations: wanted });
  const exactNames = wanted.filter((relation) => exact === null || exact.has(relation));
  const [leftPath = '', rightPath = ''] = paths;
  return {
    server: right.server,
    database: right.database,
    assertions: [],
    comparison: { left: about(leftPath, left), right: about(rightPath, right), ...compared, exact: exactNames },
    snapshot: null,
    notes: ['No database was asked: what changed in between, and may, is told as a difference.'],
    costs: [],
  };
}

function about(path: string, { takenAt }: DataSnapshot) {
  return { kind: 'snapshot', name: basename(path), readAt: takenAt } as const;
}

function isWanted(relation: string, tables: readonly string[], schemas: readonly string[]): boolean {
  if (tables.length === 0 && schemas.length === 0) return true;
  return tables.includes(relation) || schemas.some((schema) => relation.startsWith(`${schema}.`));
}
