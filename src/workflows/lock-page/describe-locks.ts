import { isDeepStrictEqual } from 'node:util';
import { predictEffects } from '../../foundation/effects/predict-effects.js';
import { graphOf } from '../../foundation/effects/schema-graph.js';
import { readSchema } from '../../foundation/catalog/read-schema.js';
import { embeddedMajor } from '../../foundation/postgres/server/embedded-versions.js';
import { readEnvironment } from '../../foundation/runtime/environment.js';
import { loadParser, parseStatement } from '../../foundation/sql/parse.js';
import { openEmbeddedStage } from '../../foundation/stage/open-embedded-stage.js';
import type { StatementEffects } from '../../model/effects.js';
import type { LockPage, LockPageEntry } from '../../model/lock-page.js';
import type { Schema } from '../../model/schema.js';
import { pageSchema } from './page-schema.js';
import { pageGroups, type PageStatement } from './page-statements.js';

export interface DescribeLocksRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly majors: readonly number[];
}

/** What the statements of the page will do on each major, by the schema as that major's server describes it. */
export async function describeLocks(request: DescribeLocksRequest): Promise<LockPage> {
  await loadParser();
  const schemas: Schema[] = [];
  for (const major of request.majors) schemas.push(await schemaOn(major, request));
  const groups = pageGroups.map(({ title, statements }) => ({
    title,
    entries: statements.flatMap((statement) => describe(statement, schemas)),
  }));
  return { majors: request.majors, schema: pageSchema, groups };
}

async function schemaOn(major: number, { env, signal }: DescribeLocksRequest): Promise<Schema> {
  await using stage = await openEmbeddedStage({
    major: embeddedMajor(major),
    serverBin: null,
    environment: readEnvironment(env),
    standby: false,
    signal,
    onProgress: () => undefined,
  });
  await using session = await stage.connect('page of locks');
  await session.query(pageSchema);
  return await readSchema(session);
}

/** One entry for majors that agree. */
function describe(statement: PageStatement, schemas: readonly Schema[]): readonly LockPageEntry[] {
  const { sql, since } = typeof statement === 'string' ? { sql: statement, since: 0 } : statement;
  const entries: LockPageEntry[] = [];
  for (const schema of schemas.filter(({ major }) => major >= since)) {
    const effects = effectsOn(sql, schema);
    const same = entries.findIndex((entry) => isDeepStrictEqual(entry.effects, effects));
    const known = entries[same];
    if (known === undefined) entries.push({ sql, majors: [schema.major], effects });
    else entries[same] = { ...known, majors: [...known.majors, schema.major] };
  }
  return entries;
}

/** What one statement of the page does to the schema of the page. The parser must be loaded. */
export function effectsOn(sql: string, schema: Schema): StatementEffects {
  const parsed = parseStatement(sql);
  if (!parsed.ok) throw new Error(`a statement of the page of locks cannot be parsed: ${parsed.message}: ${sql}`);
  const { major, searchPath } = schema;
  return predictEffects(parsed.tree, { major, graph: graphOf(schema), searchPath, settings: new Map() });
}
