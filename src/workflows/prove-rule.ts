import { findChangeHazards, findHazards } from '../before/classify/find-hazards.js';
import { judgeMigration } from '../before/classify/judge-migration.js';
import { defaultPolicy, type Policy } from '../before/classify/policy.js';
import type { Rule } from '../before/classify/rule.js';
import { rehearseChange } from '../before/rehearse/rehearse-change.js';
import { readSchema } from '../foundation/catalog/read-schema.js';
import type { Session } from '../foundation/postgres/session.js';
import { splitScript } from '../foundation/sql/split-script.js';
import { followSchema } from '../foundation/stage/follow-schema.js';
import type { Stage } from '../foundation/stage/stage.js';
import { concerns } from '../model/classification.js';
import type { Migration } from '../model/migration.js';
import type { FormProof, RuleProof } from '../model/rule-proof.js';
import type { Schema } from '../model/schema.js';
import type { MigrationTrace } from '../model/trace.js';

/** Taste is judged too, so that every rule can speak. */
const everyConcern: Policy = { ...defaultPolicy, concerns: new Set(concerns) };

/**
 * Runs a rule's example on a stage that nobody else uses and compares what the rule says with what the server did.
 * Everything in schema `public` is dropped. The parser must be loaded.
 */
export async function proveRule(rule: Rule, stage: Stage): Promise<RuleProof> {
  await using session = await stage.connect('rule examples');
  await session.query('SET client_min_messages = error');
  const { major } = stage.server;
  const forms: FormProof[] = [];
  for (const form of ['unsafe', 'safe'] as const) forms.push(await proveForm(rule, form, { stage, session }));
  const holds = forms.every(({ form, bySchema, byText, observed }) =>
    [bySchema, byText, observed].every((answer) => answer === null || answer === (form === 'unsafe')),
  );
  return { rule: rule.id, major, forms, holds };
}

interface Place {
  readonly stage: Stage;
  readonly session: Session;
}

async function proveForm(rule: Rule, form: 'unsafe' | 'safe', place: Place): Promise<FormProof> {
  const migration = exampleMigration(rule, form);
  const schemas = await schemasAlong(rule, migration, place.session);
  const predicted = (schemaBefore: (index: number) => Schema | null): boolean =>
    predicts(rule, migration, { major: place.stage.server.major, schemaBefore, text: rule.example[form] });
  const observation = rule.observe === undefined ? null : await observeExample(rule, migration, place);
  return {
    form,
    bySchema: predicted((index) => schemas[index] ?? null),
    byText: rule.needsSchema === true ? null : predicted(() => null),
    observed: observation === null ? null : (rule.observe?.(observation) ?? null),
    error: observation?.trace.statements.find(({ error }) => error !== null)?.error?.message ?? null,
  };
}

function exampleMigration(rule: Rule, form: 'unsafe' | 'safe'): Migration {
  const path = rule.example.paths?.[form] ?? '0001_change.sql';
  const mode = rule.example.transaction?.[form] ?? 'none';
  return {
    id: path,
    name: path,
    path,
    transaction: { mode, reason: 'as the example says' },
    statements: splitScript(rule.example[form], { path, firstLine: 1 }),
    down: null,
    repeatable: false,
    claims: [],
    sources: [],
  };
}

interface Known {
  readonly major: number;
  readonly schemaBefore: (index: number) => Schema | null;
  readonly text: string;
}

function predicts(rule: Rule, migration: Migration, known: Known): boolean {
  const judged = judgeMigration(migration, {
    ...known,
    policy: everyConcern,
    sizes: new Map(),
    changedBefore: null,
    failure: null,
  });
  if (rule.scope === 'change') return findChangeHazards([rule], [judged], everyConcern).size > 0;
  return findHazards([rule], judged, everyConcern).length > 0;
}

async function resetDatabase(session: Session, setup: string): Promise<void> {
  await session.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO PUBLIC');
  await session.query(setup);
}

async function schemasAlong(rule: Rule, migration: Migration, session: Session): Promise<readonly (Schema | null)[]> {
  await resetDatabase(session, rule.example.setup);
  const { schemas } = await followSchema(session, migration, {
    insideTransaction: false,
    signal: new AbortController().signal,
  });
  return schemas.length > 0 ? schemas : [await readSchema(session)];
}

/** Runs the change under observers, with an application beside it that knows nothing of it. */
async function observeExample(
  rule: Rule,
  migration: Migration,
  { stage, session }: Place,
): Promise<{ readonly trace: MigrationTrace; readonly applicationError: string | null }> {
  await resetDatabase(session, rule.example.setup);
  const { application } = rule.example;
  await using client = await stage.connect('application');
  if (application !== undefined) await client.query(`PREPARE asked AS ${application}; EXECUTE asked`);
  const { migrations } = await rehearseChange(stage, [migration], {
    transactionScope: 'migration',
    trafficPerSecond: null,
    role: null,
    twice: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const [trace] = migrations;
  if (trace === undefined) throw new Error(`the example of ${rule.id} left no trace`);
  return { trace, applicationError: application === undefined ? null : await sqlStateOf(client, 'EXECUTE asked') };
}

async function sqlStateOf(session: Session, sql: string): Promise<string | null> {
  return session.query(sql).then(
    () => null,
    (cause: unknown) => (cause as { readonly code?: string }).code ?? 'unknown',
  );
}
