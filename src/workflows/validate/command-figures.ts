import { listTables } from '../../after/watch/observe/read-statistics.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { RunFigures, TargetFigures } from '../../model/target-figures.js';
import type { Preparation } from '../apply/prepare.js';
import type { ToldRun } from '../apply/report-run.js';
import { check } from '../check.js';
import { beginBaseline, completeFigures, takeFigures, touchedTables, type WatchedPlace } from './take-figures.js';
import { placeOf } from './validate-applied.js';

/** A command does not say before what it will touch: the figures are those of every table, by the statistics alone. */
export async function figuresOfAllTables(place: WatchedPlace): Promise<TargetFigures | null> {
  await using baseline = beginBaseline(place);
  return await takeFigures(place, await allTables(place), await baseline.finish());
}

async function allTables({ target }: WatchedPlace): Promise<readonly string[]> {
  try {
    await using session = await target.connect('lockkeeper watch');
    return await listTables(session);
  } catch {
    return [];
  }
}

interface CommandRun {
  readonly before: TargetFigures | null;
  readonly told: Pick<ToldRun, 'plan' | 'verdict'>;
}

/** The figures of what the command's statements touched, by their text; null without any before. */
export async function completeCommandFigures(
  preparation: Preparation,
  { before, told }: CommandRun,
): Promise<RunFigures | null> {
  if (before === null) return null;
  const touched = told.verdict === 'applied' ? await touchedByStatements(preparation, told.plan) : [];
  const relations = before.relations.filter(({ relation }) => touched.includes(relation));
  const { verdict } = told;
  return completeFigures(placeOf(preparation), { touched, before: { ...before, relations }, verdict });
}

/** By the schema as it is now. What cannot be judged touches nothing that anybody knows of. */
async function touchedByStatements(
  { request }: Preparation,
  { steps }: CommandRun['told']['plan'],
): Promise<readonly string[]> {
  if (steps.length === 0 || request.signal.aborted) return [];
  const { database, ...rest } = request;
  const sql = steps.flatMap(({ statements }) => statements.map((statement) => `${statement.sql}\n;\n`)).join('');
  const schema = { kind: 'auto', database: database.database, target: database.target } as const;
  try {
    return touchedTables(await check({ ...rest, sql, schema, style: false, baseline: null }));
  } catch (cause) {
    if (cause instanceof ChangeSafetyError) return [];
    throw cause;
  }
}
