import { isDeepStrictEqual } from 'node:util';
import { openProofDatabase, type ProofDatabase } from '../../../../src/back/rollback/prove/proof-database.js';
import { proveRollback } from '../../../../src/back/rollback/prove/prove-rollback.js';
import { runPart } from '../../../../src/back/rollback/prove/run-part.js';
import type { GeneratedRollback } from '../../../../src/back/rollback/prove/way-back.js';
import { generateRollback } from '../../../../src/back/rollback/generate-rollback.js';
import { readSnapshot } from '../../../../src/foundation/catalog/snapshot/read-snapshot.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../../src/foundation/stage/open-embedded-stage.js';
import type { EmbeddedMajor } from '../../../../src/foundation/postgres/server/embedded-versions.js';
import type { Stage } from '../../../../src/foundation/stage/stage.js';
import type { Script } from '../../../../src/model/migration.js';
import { migrationOf } from '../../../support/script.js';
import { compareViews, type DumpClient, readIndependently } from './independent-reader.js';
import { type CaseDraft, materialiseCase, type RandomCase } from './random-case.js';

export interface Outcome {
  readonly kind: 'restored' | 'refused' | 'wrong' | 'not-run';
  /** Why, one line each; empty for what is restored. */
  readonly why: readonly string[];
  /** The rollback that was generated. */
  readonly sql: string;
}

export interface Tried extends Outcome {
  readonly tried: RandomCase;
}

const signal = new AbortController().signal;

/** A server on which random changes are made and taken back, each in a database of its own. */
export class ChangeLab implements AsyncDisposable {
  readonly #stage: Stage;
  readonly #empty: ProofDatabase;
  readonly #major: EmbeddedMajor;

  static async open(major: EmbeddedMajor): Promise<ChangeLab> {
    await loadParser();
    const stage = await openEmbeddedStage({ major, serverBin: null, standby: false });
    const empty = await openProofDatabase(stage);
    await empty.session.query('CREATE ROLE random_reader; CREATE ROLE random_writer; CREATE ROLE "Random Owner"');
    return new ChangeLab(stage, empty, major);
  }

  private constructor(stage: Stage, empty: ProofDatabase, major: EmbeddedMajor) {
    this.#stage = stage;
    this.#empty = empty;
    this.#major = major;
  }

  async try(draft: CaseDraft): Promise<Tried> {
    await using database = await copyOf(this.#empty);
    const tried = await materialiseCase(database.session, draft, this.#major);
    return { ...(await this.#prove(database, tried.change)), tried };
  }

  /** Tries given statements; what the server refuses of the setup is left out. */
  async repeat({ setup, change }: RandomCase): Promise<Outcome> {
    await using database = await copyOf(this.#empty);
    for (const sql of setup) await database.session.query(sql).catch(() => undefined);
    return await this.#prove(database, change);
  }

  async #prove(database: ProofDatabase, change: readonly string[]): Promise<Outcome> {
    if (change.length === 0) return { kind: 'not-run', why: ['nothing was drawn'], sql: '' };
    await using pristine = await copyOf(database);
    await database.reconnect();
    const migration = migrationOf('up', change);
    const found: { generated: GeneratedRollback | null } = { generated: null };
    const { proofs, applied } = await proveRollback(database, migration, {
      before: null,
      timeLimitMs: 30_000,
      checkApplication: null,
      signal,
      ways: [{ origin: 'generated', generate: (seen) => (found.generated ??= generateRollback(seen)) }],
    });
    const [proof] = proofs;
    const sql = scriptsOf(found.generated)
      .map(({ statements }) => statements.map((one) => `${one.sql};`).join('\n'))
      .join('\n-- then\n');
    if (proof === undefined || !applied) return { kind: 'not-run', why: [proof?.reason ?? 'nothing was proved'], sql };
    const { verdict, reason, difference } = proof;
    if (verdict === 'refused') return { kind: 'refused', why: [reason ?? ''], sql };
    if (verdict !== 'restored') return { kind: 'wrong', why: [`${verdict}: ${reason ?? ''}`, ...difference], sql };
    const why =
      found.generated === null ? ['nothing was generated'] : await this.#check(pristine, migration, found.generated);
    return {
      kind: why.length === 0 ? 'restored' : 'wrong',
      why: why.length === 0 ? [] : ['said to be restored', ...why],
      sql,
    };
  }

  /** Goes there and back once more, with commits, and compares by other means. */
  async #check(database: ProofDatabase, migration: Script, generated: GeneratedRollback): Promise<readonly string[]> {
    const client = this.#major === 15 ? this.#dumpClient(database) : null;
    const before = await readIndependently(database.session, client);
    const [preserve, afterUp, down] =
      generated.kind === 'script' && generated.keep !== null
        ? [generated.keep.preserve, generated.keep.afterUp, generated.script]
        : [null, null, generated.kind === 'script' ? generated.script : null];
    let followed = await readSnapshot(database.session, { followed: true });
    for (const script of [preserve, migration, afterUp, down]) {
      if (script === null) continue;
      const run = await runPart(database.session, script, { insideTransaction: false, signal });
      if (!run.ok) return [`alone it fails: ${run.reason}`];
      followed = await readSnapshot(database.session, { earlier: followed });
      const whole = await readSnapshot(database.session);
      if (!isDeepStrictEqual(followed, whole)) return ['followed, the schema is not what it is when it is read whole'];
    }
    await database.reconnect();
    return compareViews(before, await readIndependently(database.session, client));
  }

  #dumpClient({ target }: ProofDatabase): DumpClient {
    return { host: target.host, port: target.port, user: target.user, database: target.database };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#empty[Symbol.asyncDispose]();
    await this.#stage[Symbol.asyncDispose]();
  }
}

function scriptsOf(generated: GeneratedRollback | null): readonly Script[] {
  if (generated?.kind !== 'script') return [];
  return [...(generated.keep === null ? [] : [generated.keep.preserve, generated.keep.afterUp]), generated.script];
}

async function copyOf(database: ProofDatabase): Promise<ProofDatabase> {
  const copy = await database.copy();
  if (copy === null) throw new Error('a server of our own can copy databases');
  return copy;
}
