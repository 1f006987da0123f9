import { judgeMigration } from '../before/classify/judge-migration.js';
import { defaultPolicy } from '../before/classify/policy.js';
import {
  comparePrediction,
  type PredictedStatement,
  withPredictedLocks,
} from '../before/rehearse/compare-prediction.js';
import { locksDuring } from '../before/rehearse/locks-during.js';
import { readSchema } from '../foundation/catalog/read-schema.js';
import type { Stage } from '../foundation/stage/stage.js';
import type { Migration, Project } from '../model/migration.js';
import type { Schema } from '../model/schema.js';
import type { MigrationTrace, StatementTrace } from '../model/trace.js';

/** Reading the schema before each of a long chain's migrations would cost more than the chain. */
const mostMigrationsWithSchema = 50;

/** Predicts what a rehearsal will show, so that the two can be compared. */
export class RehearsalPredictor {
  readonly #stage: Stage;
  readonly #project: Project;
  readonly #schemas = new Map<string, Schema>();
  readonly #bySchema: boolean;

  constructor(stage: Stage, project: Project, change: readonly Migration[]) {
    this.#stage = stage;
    this.#project = project;
    this.#bySchema = change.length <= mostMigrationsWithSchema;
  }

  /** In words, why predictions say less than they could. */
  get notes(): readonly string[] {
    if (this.#bySchema) return [];
    return [`Predictions are by the text alone: the change has more than ${mostMigrationsWithSchema} migrations.`];
  }

  /** Asked before a migration runs. Nobody else sees what an open transaction of the tool has done so far. */
  readonly beforeMigration = async (migration: Migration): Promise<void> => {
    const outdated = this.#project.transactionScope === 'run' && this.#schemas.size > 0;
    if (this.#bySchema && !outdated) this.#schemas.set(migration.id, await readSchema(this.#stage.tower.watch));
  };

  /** The traces with what was predicted of each statement. */
  compare(change: readonly Migration[], traces: readonly MigrationTrace[]): readonly MigrationTrace[] {
    let schema: Schema | null = null;
    let changed: ReadonlySet<string> = new Set();
    return traces.map((trace, position) => {
      const migration = change[position];
      if (migration === undefined || trace.statements.length === 0) return trace;
      const fresh = this.#schemas.get(migration.id) ?? null;
      if (fresh !== null) changed = new Set();
      schema = fresh ?? schema;
      const predicted = this.#predict(migration, schema, changed);
      changed = predicted.changed;
      return withPredictions(trace, predicted.statements);
    });
  }

  #predict(
    migration: Migration,
    schema: Schema | null,
    changedBefore: ReadonlySet<string>,
  ): { readonly statements: ReadonlyMap<number, PredictedStatement>; readonly changed: ReadonlySet<string> } {
    const judged = judgeMigration(migration, {
      major: this.#stage.server.major,
      policy: defaultPolicy,
      schemaBefore: () => schema,
      sizes: new Map(),
      text: '',
      changedBefore,
      failure: null,
    });
    const statements = judged.statements.flatMap(({ index, inside, effects }, position) => {
      if (inside !== null) return [];
      const from = judged.contexts[position]?.graph == null ? ('text' as const) : ('schema' as const);
      return [[index, { effects, from }] as const];
    });
    return { statements: new Map(statements), changed: judged.changed };
  }
}

function withPredictions(trace: MigrationTrace, predicted: ReadonlyMap<number, PredictedStatement>): MigrationTrace {
  const statements = trace.statements.map((statement, index): StatementTrace => {
    const prediction = predicted.get(index);
    if (prediction === undefined) return statement;
    const held = locksDuring(trace.statements, statement);
    return {
      ...statement,
      locks: withPredictedLocks(statement, prediction),
      prediction: comparePrediction(statement, prediction, held),
    };
  });
  return { ...trace, statements };
}
