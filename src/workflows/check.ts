import { classifyChange } from '../before/classify/classify-change.js';
import { classifyDeclared } from '../before/classify/assessment/assess-declared.js';
import { judgeMigration } from '../before/classify/judge-migration.js';
import type { JudgedMigration } from '../before/classify/judged-statement.js';
import type { Policy } from '../before/classify/policy.js';
import type { LoadedConfig } from '../foundation/config/load-config.js';
import { readDeclaredChanges } from '../foundation/project/declared-changes.js';
import { fileTextOf } from '../foundation/project/file-text.js';
import { loadParser } from '../foundation/sql/parse.js';
import { parseAhead } from '../foundation/sql/parser.js';
import type { CheckReport } from '../model/check.js';
import type { DeclaredChange } from '../model/declared-change.js';
import type { Schema } from '../model/schema.js';
import type { ChangeKnowledge, SchemaSource } from './check/change-knowledge.js';
import { readBaseline, writeBaseline } from './check/baseline.js';
import { openKnowledge } from './check/open-knowledge.js';
import { readPolicy } from './check/read-policy.js';
import { toReport } from './check/to-report.js';
import { historySource } from './history-source.js';
import { chooseDatabase } from './named-database.js';
import { loadConfigOf, type ProjectRequest } from './project-request.js';
import { type SelectedMigrations, selectMigrations, selectText } from './select-migrations.js';
import { loadRules } from './rule-catalog.js';

export interface CheckRequest extends ProjectRequest {
  /** SQL that stands in no file; judged instead of the selection. */
  readonly sql: string | null;
  readonly schema: SchemaSource;
  /** Judge taste too. */
  readonly style: boolean;
  /** File of the findings that are accepted, or where today's are to be written. */
  readonly baseline: { readonly path: string; readonly write: boolean } | null;
}

/**
 * Judges a change by its text and, where it is known, the schema that each statement meets. Nothing is written to any
 * database but the shadow, which is a server of our own.
 */
export async function check(request: CheckRequest): Promise<CheckReport> {
  const loaded = await loadConfigOf(request);
  const [selected] = await Promise.all([select(request, loaded), loadParser()]);
  await parseAhead(selected.change.flatMap(({ statements }) => statements.map(({ sql }) => sql)));
  const rules = await loadRules(loaded);
  const policy = readPolicy(loaded.config, { target: request.schema.target, style: request.style, rules });
  const { env, signal, onProgress, schema: source, baseline, cwd } = request;
  await using knowledge = await openKnowledge({ loaded, env, selected, source, signal, onProgress });
  const judged = await judge(selected, knowledge, policy);
  const accepted = baseline === null || baseline.write ? policy.accepted : await readBaseline(baseline.path, cwd);
  const declared = await declaredIn(selected, request);
  const migrations = [
    ...classifyChange(judged, rules, { ...policy, accepted }),
    ...declared.map((change) => classifyDeclared(change, policy)),
  ];
  if (baseline?.write === true) await writeBaseline(baseline.path, cwd, migrations);
  return toReport(migrations, { cwd, loaded, selected, knowledge, rules });
}

/** Changes without SQL that come after what is applied; none where single files were named. */
async function declaredIn(
  { project, history }: SelectedMigrations,
  { sql, selection }: CheckRequest,
): Promise<readonly DeclaredChange[]> {
  const last = history.at(-1)?.path ?? '';
  const ofFolder = sql === null && !selection.paths.some((path) => path.endsWith('.sql'));
  return ofFolder ? (await readDeclaredChanges(project.dir)).filter(({ path }) => path > last) : [];
}

async function select(request: CheckRequest, loaded: LoadedConfig): Promise<SelectedMigrations> {
  const { format, dir, placeholders } = loaded.config.project;
  const { cwd, env, onProgress } = request;
  const place = { cwd, dir, format, placeholders };
  if (request.sql !== null) return selectText(place, request.sql);
  const database = chooseDatabase(loaded, request.schema);
  const source = database === null ? null : historySource(database, { env, verb: 'check', placeholders, onProgress });
  return selectMigrations(place, request.selection, source);
}

/** Each migration is judged against what its predecessors leave. */
async function judge(
  { change }: SelectedMigrations,
  knowledge: ChangeKnowledge,
  policy: Policy,
): Promise<readonly JudgedMigration[]> {
  const { major, sizes } = knowledge;
  const judged: JudgedMigration[] = [];
  let changedBefore: ReadonlySet<string> = new Set();
  let unsure: JudgedMigration['unsure'] = new Set();
  for (const migration of change) {
    const { schemas, held, frozen, failure } = await knowledge.arriveAt(migration);
    const schemaBefore = (index: number): Schema | null => schemas[index] ?? null;
    const one = judgeMigration(migration, {
      major,
      policy,
      sizes,
      text: fileTextOf(migration),
      schemaBefore,
      changedBefore: frozen ? changedBefore : null,
      trial: held === null || unsure === null ? null : { held, unsure },
      failure,
    });
    changedBefore = one.changed;
    unsure = one.unsure;
    judged.push(one);
  }
  return judged;
}
