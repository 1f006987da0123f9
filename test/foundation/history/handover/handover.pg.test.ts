import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppliedHistory } from '../../../../src/foundation/history/applied-history.js';
import { openWritableState, type WritableState } from '../../../../src/foundation/history/open-writable-state.js';
import { readApplied } from '../../../../src/foundation/history/read-applied.js';
import { type Cluster, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';
import type { Migration, Project } from '../../../../src/model/migration.js';
import { readProject } from '../../../../src/foundation/project/read-project.js';
import type { ParameterizedSql } from '../../../../src/foundation/project/state-writing.js';
import { commandTools } from './command-tools.js';
import { type InstalledPackages, installPackages } from './install-packages.js';
import { libraryTools } from './library-tools.js';
import { type Place, type PublishedTool, writeProject } from './published-tool.js';
import { readShape, type StateTableShape } from './state-table-shape.js';

const packageNames = [
  'dbmate@2.36.0',
  'node-pg-migrate@9.0.0',
  'graphile-migrate@1.4.1',
  'drizzle-orm@0.45.4',
  'drizzle-orm-1@npm:drizzle-orm@1.0.0-rc.5',
  '@prisma/schema-engine-wasm@7.10.0-7.561d7b42579a2459cc8edf3788918b626c640023',
  '@prisma/adapter-pg@7.10.0',
  'pg@8.23.1',
];

let cluster: Cluster;
let packages: InstalledPackages;
let made = 0;

beforeAll(async () => {
  // Java does not know sockets.
  const settings: Record<string, string> =
    process.env['LIQUIBASE_HOME'] === undefined ? {} : { listen_addresses: '127.0.0.1' };
  cluster = await startCluster({ major: 17, serverBin: null, settings });
  packages = await installPackages(packageNames);
  await cluster.whole;
}, 240_000);
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await packages?.[Symbol.asyncDispose]();
});

async function makePlace({ placeholders = {} }: PublishedTool): Promise<Place> {
  made += 1;
  const names = { dir: join(packages.dir, `project-${made}`), database: `handover_${made}` };
  const place = { ...names, placeholders, cluster, packages };
  await mkdir(place.dir);
  await using admin = await connect(cluster.connection(), { applicationName: 'handover test' });
  await admin.query(`CREATE DATABASE ${place.database}`);
  return place;
}

const open = ({ database }: Place): Promise<Session> =>
  connect(cluster.connection(database), { applicationName: 'handover test' });

const optionsOf = ({ placeholders }: Place) => ({ placeholders, variables: {} });

const projectOf = ({ dir, placeholders }: Place): Promise<Project> =>
  readProject(dir, { format: 'auto', placeholders });

interface OurHand {
  readonly session: Session;
  readonly state: WritableState;
  readonly migration: (number: number) => Migration;
}

/** What would write to the database of a place. */
async function takeOurHand(place: Place, session: Session): Promise<OurHand> {
  const project = await projectOf(place);
  const state = await openWritableState(session, project, optionsOf(place));
  return { session, state, migration: (number) => project.migrations[number - 1] as Migration };
}

async function send(session: Session, statements: readonly ParameterizedSql[]): Promise<void> {
  await session.query('BEGIN');
  for (const { text, values } of statements) await session.query(text, values);
  await session.query('COMMIT');
}

/** Works while the tool's own lock is held. */
async function underLock(place: Place, act: (hand: OurHand) => Promise<void>): Promise<void> {
  await using session = await open(place);
  const hand = await takeOurHand(place, session);
  const lock = hand.state.lock('handover test');
  await send(session, lock?.prepare ?? []);
  for (const { take } of lock?.parts ?? []) {
    expect((await session.query(take.text, take.values)).rows).toEqual([{ taken: true }]);
  }
  await act(hand);
  for (const { release } of lock?.parts ?? []) {
    expect((await session.query(release.text, release.values)).rows).toEqual([{ released: true }]);
  }
}

/** Applies migrations by number, with their rows. */
const apply = (place: Place, numbers: readonly number[]): Promise<void> =>
  underLock(place, async ({ session, state, migration: find }) => {
    await send(session, state.create);
    for (const migration of numbers.map(find)) {
      expect(state.refuse(migration)).toBeNull();
      const own = migration.statements.map(({ sql }) => ({ text: sql, values: [] }));
      await send(session, [...own, ...state.recordApplied({ migration, durationMs: 12 })]);
    }
  });

const revert = (place: Place, number: number): Promise<void> =>
  underLock(place, async ({ session, state, migration }) => {
    const dropped = { text: `DROP TABLE t${number}`, values: [] };
    await send(session, [dropped, ...state.recordReverted(migration(number))]);
  });

async function read(place: Place): Promise<AppliedHistory> {
  await using session = await open(place);
  return await readApplied(session, await projectOf(place), optionsOf(place));
}

async function shapeOf(place: Place): Promise<StateTableShape> {
  await using session = await open(place);
  return await readShape(session, (await takeOurHand(place, session)).state.table);
}

/** The tables that exist, which shows what was applied. */
async function tablesOf(place: Place): Promise<readonly unknown[]> {
  await using session = await open(place);
  const { rows } = await session.query("SELECT relname FROM pg_class WHERE relname ~ '^t[0-9]$' ORDER BY 1");
  return rows.map(({ relname }) => relname);
}

async function grow(tool: PublishedTool, place: Place, count: number): Promise<void> {
  await writeProject(place, tool.files(count));
}

/** What the tool alone makes of so many migrations. */
async function makeReference(tool: PublishedTool, count: number): Promise<Place> {
  const place = await makePlace(tool);
  await grow(tool, place, count);
  await tool.up(place);
  return place;
}

/** The tool finds nothing to do, to change, or to complain of. */
async function expectContent(tool: PublishedTool, place: Place): Promise<void> {
  const before = await shapeOf(place);
  await tool.up(place);
  expect(await shapeOf(place)).toEqual(before);
  expect((await tool.complaints?.(place)) ?? []).toEqual([]);
}

describe.each([...commandTools, ...libraryTools])('$title', (tool) => {
  test('applies two, then we two, then it the fifth: its table is as if it had done all', async () => {
    const place = await makeReference(tool, 2);
    await grow(tool, place, 4);
    await apply(place, [3, 4]);
    await expectContent(tool, place);
    await grow(tool, place, 5);
    await tool.up(place);
    expect(await tablesOf(place)).toEqual(['t1', 't2', 't3', 't4', 't5']);
    expect(await shapeOf(place)).toEqual(await shapeOf(await makeReference(tool, 5)));
    const { applied, edited, unknown, failed, gaps } = await read(place);
    expect({ count: applied.length, edited, unknown, failed, gaps }).toEqual({
      count: 5,
      edited: [],
      unknown: [],
      failed: [],
      gaps: [],
    });
  });

  test('takes over a database that we began', async () => {
    const place = await makePlace(tool);
    await grow(tool, place, 2);
    await apply(place, [1, 2]);
    await expectContent(tool, place);
    await grow(tool, place, 3);
    await tool.up(place);
    expect(await shapeOf(place)).toEqual(await shapeOf(await makeReference(tool, 3)));
  });

  test('applies again what we took back', async () => {
    const place = await makeReference(tool, 3);
    await revert(place, 3);
    expect(await read(place)).toMatchObject({ applied: { length: 2 }, failed: [], unknown: [] });
    if (tool.down !== undefined) {
      const reference = await makeReference(tool, 3);
      await tool.down(reference);
      expect(await shapeOf(place)).toEqual(await shapeOf(reference));
    }
    await tool.up(place);
    expect(await tablesOf(place)).toEqual(['t1', 't2', 't3']);
    expect(await read(place)).toMatchObject({ applied: { length: 3 }, failed: [], edited: [], unknown: [] });
  });

  test.runIf(tool.refusesWhenLocked !== undefined)('keeps out while we hold its lock', async () => {
    const place = await makeReference(tool, 1);
    await grow(tool, place, 2);
    await underLock(place, () => expect(tool.up(place)).rejects.toThrow(tool.refusesWhenLocked));
    expect(await tablesOf(place)).toEqual(['t1']);
    await tool.up(place);
    expect(await tablesOf(place)).toEqual(['t1', 't2']);
  });
});
