import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observeSession } from '../../../src/foundation/observers/observe-session.js';
import { openEmbeddedStage } from '../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../src/foundation/stage/stage.js';
import { openTap } from '../../../src/foundation/tap/open-tap.js';
import type { Tap, TappedStatement } from '../../../src/foundation/tap/tap.js';
import { lockChanges, lockSchema, Witness } from '../../support/lock-changes.js';
import { RawClient, say } from './raw-client.js';

const divide = 'SELECT 1/0';

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let stage: Stage;
  let tap: Tap;
  let statements: TappedStatement[] = [];
  /** Called before the client hears that a statement has ended. */
  let onLook: () => Promise<void> = async () => undefined;
  let driver: pg.Client;
  let raw: RawClient;
  let driverWitness: Witness;
  let rawWitness: Witness;

  beforeAll(async () => {
    stage = await openEmbeddedStage({ major, serverBin: null, standby: false });
    await using session = await stage.connect('schema');
    await session.query(lockSchema);
    tap = await openTap({
      upstream: stage.target,
      observe: async (tapped) => {
        const observer = await observeSession(stage.tower, tapped);
        const after: typeof observer.after = async (statement, outcome) => {
          const observation = await observer.after(statement, outcome);
          if (!outcome.failed) await onLook();
          return observation;
        };
        return { ...observer, after };
      },
      onStatement: (statement) => void statements.push(statement),
      onTransactionEnd: () => undefined,
      onSessionEnd: () => undefined,
    });
    driver = new pg.Client(tap.connectionString(stage.target.database));
    await driver.connect();
    const { host, port, password } = tap;
    raw = await RawClient.open({ ...stage.target, host, port, password });
    const witness = await stage.connect('witness');
    driverWitness = await Witness.of((driver as unknown as { readonly processID: number }).processID, witness);
    rawWitness = await Witness.of(raw.pid, witness);
  });
  afterAll(async () => {
    await driver?.end();
    raw?.destroy();
    await tap?.[Symbol.asyncDispose]();
    await stage?.[Symbol.asyncDispose]();
  });

  /** What the tap told of a change: each statement without an error, and its locks on what existed before. */
  function reportOn(change: readonly string[]) {
    const told = statements.filter(({ sql, inTransaction }) => change.includes(sql) && inTransaction);
    const locks = told.flatMap(({ observation }) => observation.locks);
    const onExisting = locks.filter(({ relation, created }) => created === undefined && driverWitness.knows(relation));
    statements = [];
    return {
      ran: told.flatMap(({ sql, error }) => (error === null ? [sql] : [])),
      locks: [...new Set(onExisting.map(({ relation, mode }) => `${relation} ${mode}`))].toSorted(),
    };
  }

  async function inBlock(change: readonly string[], queryMode: 'simple' | 'extended'): Promise<readonly string[]> {
    await driver.query('BEGIN');
    for (const text of change) await driver.query({ text, ...(queryMode === 'extended' ? { queryMode } : {}) });
    const seen = await driverWitness.locks();
    await driver.query('ROLLBACK');
    return seen;
  }

  /** Without a block of the client's: the Sync that would commit is kept back, and an error undoes the change. */
  async function inPipeline(change: readonly string[]): Promise<readonly string[]> {
    for (const sql of change) {
      raw.send(say.run(sql), say.flush());
      await raw.until('C');
    }
    const seen = await rawWitness.locks();
    raw.send(say.run(divide), say.sync());
    await raw.until('Z');
    return seen;
  }

  /** One message, one transaction: what it holds can be seen only until the client is answered. */
  async function inOneMessage(change: readonly string[]): Promise<readonly string[]> {
    let seen: readonly string[] = [];
    onLook = async () => {
      seen = await rawWitness.locks();
    };
    raw.send(say.query([...change, divide].join(';\n')));
    await raw.until('Z');
    onLook = async () => undefined;
    return seen;
  }

  it.each(lockChanges.map((change) => ({ change, title: change.join('; ') })))('$title', async ({ change }) => {
    const ways = {
      'simple queries': (sql: readonly string[]) => inBlock(sql, 'simple'),
      'extended queries': (sql: readonly string[]) => inBlock(sql, 'extended'),
      'a pipeline': inPipeline,
      'one message': inOneMessage,
    };
    for (const [way, send] of Object.entries(ways)) {
      // The server refuses it where no BEGIN went before.
      if (way === 'a pipeline' && change.join().startsWith('LOCK TABLE')) continue;
      const locks = await send(change);
      expect(reportOn(change), way).toEqual({ ran: change, locks });
    }
  });
});
