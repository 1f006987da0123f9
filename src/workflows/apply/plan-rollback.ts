import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buildPlan } from '../../during/apply/plan/build-plan.js';
import { fileTextOf, rememberFileText } from '../../foundation/project/file-text.js';
import { openProjectFiles } from '../../foundation/project/open-project-files.js';
import { readSqlText } from '../../foundation/project/read-project.js';
import { canonicalJson } from '../../foundation/records/canonical-json.js';
import { changeDigest, digest } from '../../foundation/records/digest.js';
import type { ApplyPlan } from '../../model/apply-plan.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { CheckReport } from '../../model/check.js';
import type { Migration, Project, Script } from '../../model/migration.js';
import { check } from '../check.js';
import type { SelectedMigrations } from '../select-migrations.js';
import { type Preparation, selectForTarget } from './prepare.js';
import { readApplyLimits } from './read-apply-limits.js';

export interface WantedRollback {
  /** Of the migration that is to be taken back. */
  readonly id: string;
  /** A file with the way back; null: the project's own. */
  readonly script: string | null;
  /** Ask what the statements lock. */
  readonly judged: boolean;
}

export interface PlannedRollback {
  /** `change` is the one migration. */
  readonly selected: SelectedMigrations;
  readonly migration: Migration;
  readonly script: Script;
  /** The way back as a migration: its statements are what will run. */
  readonly reversed: Migration;
  readonly plan: ApplyPlan;
  readonly judged: CheckReport | null;
}

/** Plans the way back of a migration. @throws ChangeSafetyError when there is none, or no such migration. */
export async function planRollback(preparation: Preparation, wanted: WantedRollback): Promise<PlannedRollback> {
  const { loaded, target, request } = preparation;
  const all = await selectForTarget(preparation);
  const migration = findMigration(all.project, wanted.id);
  const script = await readScript(preparation, { migration, project: all.project, file: wanted.script });
  const { placeholders } = loaded.config.project;
  const reversed: Migration = { ...migration, ...script.part, down: null };
  rememberFileText(reversed, script.text);
  const judged = wanted.judged ? await judge(preparation, reversed) : null;
  const locks = locksByStatement(reversed, judged);
  const plan = buildPlan([reversed], {
    changeDigest: digestOf(migration, script.part, { transactionScope: all.project.transactionScope, placeholders }),
    direction: 'down',
    limits: readApplyLimits(loaded.config.policy.limits, target.tier),
    locksOf: (statement) => locks.get(statement) ?? null,
    allowUndecidable: request.allowUndecidable,
  });
  return { selected: { ...all, change: [migration] }, migration, script: script.part, reversed, plan, judged };
}

function findMigration({ migrations }: Project, id: string): Migration {
  const found = migrations.find((migration) => migration.id === id);
  if (found !== undefined) return found;
  const last = migrations.slice(-5).map((migration) => migration.id);
  throw new ChangeSafetyError({
    code: 'usage',
    message: `No migration has the id ${id}.`,
    remedy: last.length === 0 ? 'There are no migrations.' : `The last ones are ${last.join(', ')}.`,
    effect: 'none',
  });
}

interface Sought {
  readonly migration: Migration;
  readonly project: Project;
  readonly file: string | null;
}

/** The script, with the text of its file for what comments declare in it. */
async function readScript({ request, loaded }: Preparation, { migration, project, file }: Sought) {
  if (file !== null) {
    const { placeholders } = loaded.config.project;
    const text = await readText(resolve(request.cwd, file));
    const [only] = (await readSqlText(text, file, { cwd: request.cwd, placeholders })).migrations;
    if (only === undefined || only.statements.length === 0) throw noWayBack(migration, `${file} has no statement`);
    return { part: partOf(only), text: fileTextOf(only) || text };
  }
  const { down } = migration;
  if (down === null || down.statements.length === 0) throw noWayBack(migration, 'the project has no rollback of it');
  const files = await openProjectFiles(project.dir);
  return { part: partOf(down), text: files.paths.includes(down.path) ? files.text(down.path) : '' };
}

function partOf({ path, transaction, statements }: Script): Script {
  return { path, transaction, statements };
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ChangeSafetyError({
      code: 'usage',
      message: `The rollback cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Name a file with --script.',
      effect: 'none',
      cause,
    });
  });
}

function noWayBack({ id }: Migration, why: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: `There is nothing to take ${id} back with: ${why}.`,
    remedy: `\`lockkeeper rollback generate --from ${id}\` makes one and proves it; --script FILE names another.`,
    effect: 'none',
  });
}

/** The statements as `check` judges them, by the schema that the database has now. */
async function judge({ request, target }: Preparation, reversed: Migration): Promise<CheckReport> {
  const { database, ...rest } = request;
  request.onProgress({ kind: 'phase', text: `Predicting locks from the schema of ${target.words}` });
  const schema = { kind: 'auto', database: database.database, target: database.target } as const;
  const sql = reversed.statements.map((statement) => `${statement.sql}\n;\n`).join('');
  const report = await check({ ...rest, sql, schema, style: false, baseline: null });
  return { ...report, migrations: report.migrations.map((one) => ({ ...one, id: reversed.id, path: reversed.path })) };
}

function locksByStatement({ statements }: Migration, judged: CheckReport | null) {
  const found = judged?.migrations[0]?.statements ?? [];
  const aligned = found.length === statements.length;
  return new Map(statements.map((statement, at) => [statement, aligned ? (found[at]?.locks ?? null) : null] as const));
}

type DigestOptions = Parameters<typeof changeDigest>[1];

function digestOf(migration: Migration, { path, statements }: Script, options: DigestOptions): string {
  const texts = statements.map(({ sql, copyData }) => ({ sql, copyData }));
  return digest('change', canonicalJson({ rollbackOf: changeDigest([migration], options), path, statements: texts }));
}
