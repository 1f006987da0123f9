import { resolve } from 'node:path';
import { databaseSide } from '../../after/verify/data/data-side.js';
import { takeDigests } from '../../after/verify/data/take-snapshot.js';
import type { DataSnapshot } from '../../model/verify-report.js';
import { tool } from '../tool-version.js';
import type { Verification, VerifyOutcome } from './verification.js';
import { writeSnapshot } from './snapshot-file.js';

/** Counts and checksums of all tables that are asked for, into a file that a later comparison reads. */
export async function snapshotData(
  { request, reader, progress, relations, database, server, onItem }: Verification,
  { path: written }: { readonly path: string },
): Promise<VerifyOutcome> {
  const { clock, cwd } = request;
  const path = resolve(cwd, written);
  const takenAt = clock.date().toISOString();
  const side = await databaseSide(reader, progress);
  const wanted = [...side.tables.keys()].filter((relation) => relations === null || relations.has(relation));
  const { tables, unread } = await takeDigests(side, wanted, onItem);
  const finishedAt = clock.date().toISOString();
  const head = { kind: 'data-snapshot', version: 1, tool, server, database, identity: side.identity } as const;
  const snapshot: DataSnapshot = { ...head, takenAt, finishedAt, tables, unread };
  const digest = await writeSnapshot(path, snapshot);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return {
    assertions: [],
    comparison: null,
    snapshot: { path: written, digest, tables: tables.length, rows, unread },
    notes: ['The snapshot is not of one instant: each table was read in many short transactions.'],
    costs: [],
  };
}
