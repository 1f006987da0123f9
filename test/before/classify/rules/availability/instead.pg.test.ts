import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChangeHazards, findHazards } from '../../../../../src/before/classify/find-hazards.js';
import { judgeMigration } from '../../../../../src/before/classify/judge-migration.js';
import { defaultPolicy } from '../../../../../src/before/classify/policy.js';
import {
  columnRules,
  constraintRules,
  indexRules,
} from '../../../../../src/before/classify/rules/availability/index.js';
import type { Rule } from '../../../../../src/before/classify/rule.js';
import { readSchema } from '../../../../../src/foundation/catalog/read-schema.js';
import { readEnvironment } from '../../../../../src/foundation/runtime/environment.js';
import { loadParser } from '../../../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../../../src/foundation/stage/stage.js';
import type { Schema } from '../../../../../src/model/schema.js';
import { proveRule } from '../../../../../src/workflows/prove-rule.js';
import { migrationOf } from './migration-of.js';

/** What a rule offers to paste runs as it stands, and is itself free of the hazard. */
describe.each([15, 18] as const)('SQL to paste on PostgreSQL %i', (major) => {
  let stage: Stage;

  beforeAll(async () => {
    await loadParser();
    stage = await openEmbeddedStage({
      major,
      serverBin: null,
      environment: readEnvironment(process.env),
      standby: false,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });

  const concerned = [...columnRules, ...constraintRules, ...indexRules].filter(
    (rule) => rule.majors?.includes(major) ?? true,
  );
  test.each(concerned.map((rule) => [rule.id, rule] as const))('%s', async (_, rule) => {
    const offered = new Set([
      ...offeredBy(rule, { major, schema: await schemaOf(rule) }),
      ...(rule.needsSchema === true ? [] : offeredBy(rule, { major, schema: null })),
    ]);
    for (const safe of offered) {
      const example = { ...rule.example, safe, transaction: { unsafe: rule.example.transaction?.unsafe } };
      const { forms } = await proveRule({ ...rule, example } as Rule, stage);
      const [, pasted] = forms;
      expect({ safe, ...pasted }).toMatchObject({ bySchema: false, error: null });
      expect(pasted?.observed ?? false, safe).toBe(false);
      expect(pasted?.byText ?? false, safe).toBe(false);
    }
  });

  async function schemaOf(rule: Rule): Promise<Schema> {
    await using session = await stage.connect('schema');
    await session.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await session.query(rule.example.setup);
    return await readSchema(session);
  }
});

function offeredBy(rule: Rule, known: { readonly major: number; readonly schema: Schema | null }): readonly string[] {
  const migration = migrationOf(rule.example.unsafe, rule.example.transaction?.unsafe);
  const judged = judgeMigration(migration, {
    major: known.major,
    policy: defaultPolicy,
    // What follows is judged by its text: the schema that it would meet is not read here.
    schemaBefore: (index) => (index === 0 ? known.schema : null),
    sizes: new Map(),
    text: rule.example.unsafe,
    changedBefore: null,
    failure: null,
  });
  const placed =
    rule.scope === 'change'
      ? [...findChangeHazards([rule], [judged], defaultPolicy).values()].flat()
      : findHazards([rule], judged, defaultPolicy);
  expect(placed.length, known.schema === null ? 'by text' : 'by schema').toBeGreaterThan(0);
  return placed.flatMap(({ finding }) => finding.instead ?? []);
}
