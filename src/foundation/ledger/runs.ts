import type { JsonValue } from '../../model/json.js';
import type { LedgerEntry, LedgerRun, LedgerRunStep, RunOrigin } from '../../model/ledger.js';
import { readEntries } from './entries.js';
import { readLedgerVersion } from './ledger-schema.js';
import type { Session } from '../postgres/session.js';

/** The runs that a database has seen, the oldest first; none where there is no ledger. */
export async function readRuns(session: Session): Promise<readonly LedgerRun[]> {
  return (await readLedgerVersion(session)) === null ? [] : summarizeRuns(await readEntries(session));
}

/** The last run, where it was begun and nothing says that it ended in a known state; null when there is none. */
export function unfinishedRun(runs: readonly LedgerRun[]): LedgerRun | null {
  const last = runs.at(-1);
  return last === undefined || !isOpen(last) ? null : last;
}

function isOpen({ verdict }: LedgerRun): boolean {
  return verdict === null || verdict === 'indeterminate';
}

/** What entries say of each run. A run that was resumed has several beginnings; the first says what was planned. */
export function summarizeRuns(entries: readonly LedgerEntry[]): readonly LedgerRun[] {
  const runs = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    if (entry.kind === 'anchor') continue;
    runs.set(entry.runId, [...(runs.get(entry.runId) ?? []), entry]);
  }
  return [...runs].flatMap(([id, own]) => {
    const [started] = own.filter(({ kind }) => kind === 'run-started');
    return started === undefined ? [] : [summarize(id, started, own)];
  });
}

function summarize(id: string, started: LedgerEntry, own: readonly LedgerEntry[]): LedgerRun {
  const { kind, runner, script, changeDigest, direction, steps } = started.body as unknown as StartedBody;
  const last = own.findLast((entry) => entry.kind === 'run-started' || entry.kind === 'run-ended');
  const ended = last?.kind === 'run-ended' ? last : null;
  const settled = own.filter((entry) => entry.kind.startsWith('migration-'));
  return {
    id,
    kind: kind ?? 'apply',
    direction: direction ?? 'up',
    runner: runner ?? null,
    script: script ?? null,
    changeDigest: changeDigest ?? null,
    startedAt: started.at,
    endedAt: ended?.at ?? null,
    verdict: ended === null ? null : verdictOf(ended.body),
    reason: ended === null ? null : textOf(ended.body, 'reason'),
    migrations: migrationsOf(steps ?? [], settled),
    completed: settled.flatMap(({ migrationId }) => migrationId ?? []),
    steps: (steps ?? []).map((step) =>
      summarizeStep(step, own, ended !== null && verdictOf(ended.body) !== 'indeterminate'),
    ),
  };
}

type StartedBody = Partial<RunOrigin> & {
  readonly changeDigest?: string;
  readonly direction?: 'up' | 'down';
  readonly steps?: readonly PlannedStep[];
};

interface PlannedStep {
  readonly id: string;
  readonly migrationId: string;
  readonly kind: LedgerRunStep['kind'];
}

function migrationsOf(steps: readonly PlannedStep[], settled: readonly LedgerEntry[]): readonly string[] {
  return [
    ...new Set([
      ...steps.map(({ migrationId }) => migrationId),
      ...settled.flatMap(({ migrationId }) => migrationId ?? []),
    ]),
  ];
}

function summarizeStep(
  { id, migrationId, kind }: PlannedStep,
  own: readonly LedgerEntry[],
  ended: boolean,
): LedgerRunStep {
  const about = own.filter(({ stepId }) => stepId === id);
  const last = about.at(-1);
  return {
    id,
    migrationId,
    kind,
    state: last === undefined ? 'not-begun' : stateOf(last, ended),
    attempts: about.filter((entry) => entry.kind === 'intent').length,
    at: last?.at ?? null,
  };
}

/** A run that ended without a word on a step that it had begun ended in a state that its verdict tells. */
function stateOf({ kind }: LedgerEntry, ended: boolean): LedgerRunStep['state'] {
  if (kind === 'applied' || kind === 'not-applied' || kind === 'indeterminate') return kind;
  return ended ? 'not-applied' : 'begun';
}

function verdictOf(body: JsonValue): LedgerRun['verdict'] {
  const verdict = textOf(body, 'verdict');
  return verdict === null ? null : (verdict as NonNullable<LedgerRun['verdict']>);
}

function textOf(body: JsonValue, key: string): string | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const value = (body as Readonly<Record<string, JsonValue>>)[key];
  return typeof value === 'string' ? value : null;
}

export type LedgerState = 'applied' | 'reverted';

/** What the ledger last said of each migration that it knows. */
export function ledgerStates(entries: readonly LedgerEntry[]): ReadonlyMap<string, LedgerState> {
  return new Map(
    entries.flatMap(({ kind, migrationId }) => {
      if (migrationId === null || !kind.startsWith('migration-')) return [];
      return [[migrationId, kind === 'migration-reverted' ? 'reverted' : 'applied'] as const];
    }),
  );
}

/** Steps that took effect since the ledger last said something of their migration as a whole, by that migration. */
export function openSteps(entries: readonly LedgerEntry[]): ReadonlyMap<string, readonly LedgerEntry[]> {
  const open = new Map<string, readonly LedgerEntry[]>();
  for (const entry of entries) {
    const { kind, migrationId } = entry;
    if (migrationId === null) continue;
    if (kind.startsWith('migration-')) open.delete(migrationId);
    else if (kind === 'applied') open.set(migrationId, [...(open.get(migrationId) ?? []), entry]);
  }
  return open;
}
