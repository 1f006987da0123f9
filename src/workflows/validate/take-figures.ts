import { readFigures } from '../../after/watch/observe/read-figures.js';
import { type Baseline, type BaselineTaking, startBaseline } from '../../after/watch/observe/take-baseline.js';
import { type LoadedConfig, requireTarget } from '../../foundation/config/load-config.js';
import type { TargetConfig } from '../../foundation/config/config.js';
import type { RunVerdict } from '../../model/apply-run.js';
import type { CheckReport } from '../../model/check.js';
import type { RelationKind } from '../../model/locks.js';
import type { RunFigures, TargetFigures } from '../../model/target-figures.js';
import { noHooks, usualValidation, usualWatch } from '../../model/target-settings.js';
import { noVerifySettings } from '../../model/verify-settings.js';
import type { ApplyTarget } from '../apply/open-target.js';
import type { Clock } from '../clock.js';

/** A target, and all that is needed to look at it. */
export interface WatchedPlace {
  readonly loaded: LoadedConfig;
  readonly target: ApplyTarget;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type WatchedSettings = Pick<
  TargetConfig,
  'metrics' | 'health' | 'hooks' | 'validate' | 'watch' | 'contacts' | 'verify'
>;

/** What the configuration says of a target; the usual where only a connection string was given. */
export function watchedSettings({ loaded, target }: Pick<WatchedPlace, 'loaded' | 'target'>): WatchedSettings {
  if (target.name !== null) return requireTarget(loaded, target.name);
  return {
    metrics: {},
    health: null,
    hooks: noHooks,
    validate: usualValidation,
    watch: usualWatch,
    contacts: [],
    verify: noVerifySettings,
  };
}

const tables: ReadonlySet<RelationKind> = new Set(['table', 'partitioned table', 'matview']);

/** Tables that a change makes, or locks for more than reading. */
export function touchedTables({ migrations }: CheckReport): readonly string[] {
  const locks = migrations.flatMap(({ statements }) => statements.flatMap((statement) => statement.locks));
  const touched = locks.filter(({ kind, mode }) => tables.has(kind) && mode !== 'AccessShareLock');
  return [...new Set(touched.map(({ relation }) => relation))].toSorted();
}

/** Begins to look at metrics and health, a second apart, until somebody asks for the result. */
export function beginBaseline(place: WatchedPlace, samples?: number): BaselineTaking {
  const { metrics, health, watch } = watchedSettings(place);
  const { target, clock, signal } = place;
  const connect = () => target.connect('lockkeeper watch');
  return startBaseline({ connect, metrics, health, clock, signal, samples: samples ?? watch.baselineSamples });
}

interface Begun {
  readonly touched: readonly string[];
  readonly before: TargetFigures | null;
  readonly verdict: RunVerdict;
}

/** The figures of a run with those after it, which are null where it did not come to its end; null without any before. */
export async function completeFigures(
  place: WatchedPlace,
  { touched, before, verdict }: Begun,
): Promise<RunFigures | null> {
  if (before === null) return null;
  if (verdict !== 'applied' || place.signal.aborted) return { touched, before, after: null };
  await using baseline = beginBaseline(place, 1);
  return { touched, before, after: await takeFigures(place, touched, await baseline.finish()) };
}

/** Without the critical queries. A server that went away without a word would never end it. */
const longestReadingMs = 120_000;

/** The figures of a target now, on a connection of its own; null where it cannot be reached. */
export async function takeFigures(
  place: WatchedPlace,
  touched: readonly string[],
  baseline: Baseline,
): Promise<TargetFigures | null> {
  const { target, clock } = place;
  const { queries } = watchedSettings(place).validate;
  const done = new AbortController();
  try {
    await using session = await target.connect('lockkeeper watch');
    clock.sleep(longestReadingMs + 2 * queries.reduce((sum, { timeoutMs }) => sum + timeoutMs, 0), done.signal).then(
      () => session.cut(),
      () => undefined,
    );
    return await readFigures({ session, relations: touched, queries, clock, ...baseline });
  } catch {
    return null;
  } finally {
    done.abort();
  }
}
