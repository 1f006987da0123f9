import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observeSession } from '../../../src/foundation/observers/observe-session.js';
import type { StatementObserver } from '../../../src/foundation/observers/statement-observer.js';
import type { Session } from '../../../src/foundation/postgres/session.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../src/foundation/stage/stage.js';
import { asObserved } from '../../../src/foundation/steps/observed-by-runner.js';
import { runScript } from '../../../src/foundation/steps/run-script.js';
import { lockChanges, lockSchema, Witness } from '../../support/lock-changes.js';
import { migrationOf } from '../../support/script.js';

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let stage: Stage;
  let session: Session;
  let observer: StatementObserver;
  let witness: Witness;

  beforeAll(async () => {
    await loadParser();
    stage = await openEmbeddedStage({ major, serverBin: null, standby: false });
    session = await stage.connectObserved(null);
    await session.query(lockSchema);
    observer = await observeSession(stage.tower, asObserved(session));
    witness = await Witness.of(session.pid, await stage.connect('witness'));
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });

  /** Runs a change up to where it would be committed; what was reported, and what the witness read around each look. */
  async function observe(change: readonly string[]) {
    const reported = new Set<string>();
    const looks: (readonly string[])[] = [];
    await session.query('BEGIN');
    const run = await runScript(session, migrationOf('change', change), {
      observer: {
        ...observer,
        after: async (statement, outcome) => {
          looks.push(await witness.locks());
          const observation = await observer.after(statement, outcome);
          looks.push(await witness.locks());
          for (const { relation, mode, created } of observation.locks) {
            if (created === undefined && witness.knows(relation)) reported.add(`${relation} ${mode}`);
          }
          return observation;
        },
      },
      insideTransaction: true,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    await session.query('ROLLBACK');
    await observer.transactionEnded({ outcome: 'rolled-back', endedAt: performance.now() });
    return { run, reported: [...reported].toSorted(), looks };
  }

  it.each(lockChanges.map((change) => ({ change, title: change.join('; ') })))('$title', async ({ change }) => {
    const { run, reported, looks } = await observe(change);
    expect(run.statements.map((statement) => statement.error)).toEqual(change.map(() => null));
    expect(reported).toEqual(looks.at(-1));
    // The observer's own look leaves no lock behind.
    expect(looks.at(-1)).toEqual(looks.at(-2));
  });
});
