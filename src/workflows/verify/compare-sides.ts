import { basename } from 'node:path';
import { compareData } from '../../after/verify/data/compare-data.js';
import { type DataSide, databaseSide, snapshotSide } from '../../after/verify/data/data-side.js';
import { expandRelations } from '../../foundation/integrity/expand-relations.js';
import { type GentleReader, openGentleReader } from '../../foundation/integrity/gentle-reader.js';
import type { Session } from '../../foundation/postgres/session.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { ComparedSide } from '../../model/verify-report.js';
import type { Verification, VerifyOutcome } from './verification.js';
import { openReading, readSide } from './open-side.js';
import { readSnapshot } from './snapshot-file.js';

/** A side that is open, with what the report calls it. */
interface OpenSide extends AsyncDisposable {
  readonly side: DataSide;
  readonly about: ComparedSide;
  readonly reader: GentleReader | null;
}

/** Compares two snapshots, a snapshot and a database, or two databases. */
export async function compareSides(
  verification: Verification,
  { left: leftWritten, right: rightWritten }: { readonly left: string; readonly right: string | null },
): Promise<VerifyOutcome> {
  const { request, relations, onItem, reader } = verification;
  const { clock, signal, fenced } = request;
  await using left = await openSide(verification, leftWritten, 'left');
  await using right =
    rightWritten === null ? await ownSide(verification) : await openSide(verification, rightWritten, 'right');
  const wanted = [...left.side.tables.keys()].filter((relation) => relations === null || relations.has(relation));
  const immutable = await expandImmutable(reader, verification.settings.immutable);
  const exact = fenced ? null : immutable;
  const compared = await compareData(left.side, right.side, { clock, signal, exact, onItem, relations: wanted });
  const fresh = [...right.side.tables.keys()].filter((relation) => !left.side.tables.has(relation));
  const { tables, ranges, rows, findings } = compared;
  const exactNames = wanted.filter((relation) => exact === null || exact.has(relation));
  return {
    assertions: [],
    comparison: { left: left.about, right: right.about, tables, ranges, rows, exact: exactNames, findings },
    snapshot: null,
    notes: fresh.length === 0 ? [] : [`Only on the other side, and not compared: ${fresh.join(', ')}.`],
    costs: [left, right].flatMap((one) => (one.reader === null ? [] : [one.reader.cost])),
  };
}

const nothing = async () => undefined;

/** The database that the verb is about. */
async function ownSide({ request, reader, progress, database }: Verification): Promise<OpenSide> {
  const about = { kind: 'database', name: database, readAt: request.clock.date().toISOString() } as const;
  // Its reader is counted and closed by who opened it.
  return { side: await databaseSide(reader, progress), about, reader: null, [Symbol.asyncDispose]: nothing };
}

async function openSide(verification: Verification, written: string, hand: 'left' | 'right'): Promise<OpenSide> {
  const { request, loaded, pacing, progress } = verification;
  const { clock, cwd } = request;
  const found = readSide(loaded, written, cwd);
  if ('path' in found) {
    const snapshot = await readSnapshot(found.path);
    const about = { kind: 'snapshot', name: basename(found.path), readAt: snapshot.takenAt } as const;
    return { side: snapshotSide(snapshot), about, reader: null, [Symbol.asyncDispose]: nothing };
  }
  const session: Session = await openReading(found.database, request);
  const reader = openGentleReader(session, pacing);
  const close = async () => {
    await reader[Symbol.asyncDispose]();
    await session[Symbol.asyncDispose]();
  };
  const about = { kind: 'database', name: found.database.name, readAt: clock.date().toISOString() } as const;
  const ofIts = (thing: string) => `${hand} ${thing}`;
  const own = {
    get: (thing: string) => progress.get(ofIts(thing)),
    set: (thing: string, value: Parameters<typeof progress.set>[1]) => progress.set(ofIts(thing), value),
  };
  try {
    return { side: await databaseSide(reader, own), about, reader, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A table that is declared and not there is a mistake that must not pass for exactness. */
async function expandImmutable(reader: GentleReader, immutable: readonly string[]): Promise<ReadonlySet<string>> {
  const { relations, absent } = await reader.patient(() =>
    expandRelations(reader.session, { tables: immutable, schemas: [] }),
  );
  if (absent.length === 0) return relations;
  throw new ChangeSafetyError({
    code: 'config-invalid',
    message: `verify.immutable names what is not there: ${absent.join(', ')}.`,
    remedy: 'Correct the names, with their schemas, as SQL has them.',
    effect: 'none',
  });
}
