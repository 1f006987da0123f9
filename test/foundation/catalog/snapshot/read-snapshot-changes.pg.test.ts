import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diffSnapshots } from '../../../../src/foundation/catalog/snapshot/diff.js';
import { readSnapshot } from '../../../../src/foundation/catalog/snapshot/read-snapshot.js';
import { type Cluster, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';
import type { SchemaSnapshot } from '../../../../src/model/schema-snapshot.js';
import { changedSchema } from './changed-schema.js';
import { columnChanges } from './changes/columns.js';
import { otherChanges } from './changes/others.js';
import { partChanges } from './changes/parts.js';
import { tableChanges } from './changes/tables.js';
import { isTriedOn } from '../../../support/tried-majors.js';

const all = [...tableChanges, ...columnChanges, ...partChanges, ...otherChanges];

const changesOf = (major: number) => all.filter(({ since = 15 }) => since <= major);

function linesOf(before: SchemaSnapshot, after: SchemaSnapshot): readonly string[] {
  return diffSnapshots(before, after)
    .flatMap((one) => {
      const key = `${one.kind} ${one.identity}`;
      if (one.change !== 'changed') return [`${one.change === 'added' ? '+' : '-'} ${key}`];
      return one.facts.map(({ facet, fact }) => `${key}: ${facet}.${fact}`);
    })
    .toSorted();
}

describe.each([15, 16, 17, 18] as const)('PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;
  let baseline: SchemaSnapshot;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'snapshot test' });
    await session.query(changedSchema);
    await session.query('SET allow_system_table_mods = on');
    baseline = await readSnapshot(session, { followed: true });
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  test.each(changesOf(major).filter((_, at) => isTriedOn(major, at)))(
    '$change',
    async ({ change, undo, differences, differences18 }) => {
      await session.query('BEGIN');
      try {
        await session.query(change);
        const changed = await readSnapshot(session);
        const followed = await readSnapshot(session, { earlier: baseline });
        await session.query(undo);
        const undone = await readSnapshot(session);
        // Reading only what changed finds the same, wherever it begins.
        expect(followed).toEqual(changed);
        expect(await readSnapshot(session, { earlier: followed })).toEqual(undone);
        expect(linesOf(baseline, changed)).toEqual(
          ((major >= 18 ? differences18 : undefined) ?? differences).toSorted(),
        );
        expect(undone).toEqual(baseline);
      } finally {
        await session.query('ROLLBACK');
      }
    },
  );
});

/** A client of the server's own major; the tests of it run where there is one. */
const pgDump = '/usr/lib/postgresql/15/bin/pg_dump';

describe.runIf(existsSync(pgDump))('pg_dump of PostgreSQL 15', () => {
  test('sees what a snapshot sees', async () => {
    await using cluster = await startCluster({ major: 15, serverBin: null });
    const target = cluster.connection();
    await using session = await connect(target, { applicationName: 'snapshot test' });
    await session.query(changedSchema);
    await session.query('SET allow_system_table_mods = on');
    const dump = async () => {
      const { host, port, user, database } = target;
      const from = ['-h', host, '-p', String(port), '-U', user, '-d', database];
      const { stdout } = await promisify(execFile)(pgDump, ['--schema-only', ...from], { maxBuffer: 1e8 });
      return stdout.replaceAll(/^\\(un)?restrict .*$/gm, '');
    };
    const before = await dump();
    const baseline = await readSnapshot(session);
    const disagreements: string[] = [];
    for (const { change, undo, dumped } of changesOf(15)) {
      await session.query(change);
      const [changed, text] = [await readSnapshot(session), await dump()];
      const seen = dumped !== false && linesOf(baseline, changed).length > 0;
      if (seen !== (text !== before)) disagreements.push(change);
      await session.query(undo);
    }
    // A difference that an undo left would have stayed to the end.
    expect(await readSnapshot(session)).toEqual(baseline);
    expect(await dump()).toBe(before);
    expect(disagreements).toEqual([]);
  }, 300_000);
});
