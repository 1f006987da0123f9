import type { Gate } from '../../../src/during/preflight/gate.js';
import type { GateContext, GatePolicy, TouchedRelation } from '../../../src/during/preflight/gate-context.js';
import { runGates } from '../../../src/during/preflight/run-gates.js';
import type { Session } from '../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import type { ApplyPlan } from '../../../src/model/apply-plan.js';
import type { JsonValue } from '../../../src/model/json.js';
import type { Migration } from '../../../src/model/migration.js';
import type { GateResult } from '../../../src/model/preflight.js';
import type { Rehearsal } from '../../../src/model/rehearsal.js';
import { migrationOf } from '../../support/script.js';

export interface Asked {
  readonly session: Session;
  readonly touched?: readonly TouchedRelation[];
  readonly statements?: readonly string[];
  readonly migrations?: readonly Migration[];
  readonly plan?: Partial<ApplyPlan>;
  readonly rehearsal?: Rehearsal | null;
  readonly tier?: number;
  readonly settings?: Readonly<Record<string, JsonValue>>;
  readonly target?: Partial<GateContext['target']>;
  readonly replicas?: GateContext['replicas'];
  readonly runCommand?: GateContext['runCommand'];
  readonly fetchText?: GateContext['fetchText'];
  readonly evidenceDir?: string;
}

export function touch(relation: string, mode = 'AccessExclusiveLock', rewritten = false): TouchedRelation {
  return { relation, kind: 'table', mode, rewritten, scanned: false };
}

/** Asks one gate as preflight does. */
export async function askGate(gate: Gate, asked: Asked): Promise<GateResult> {
  const [result] = await runGates({
    gates: [gate],
    context: contextOf(asked),
    policyOf: () => policyOf(asked.tier ?? 1, asked.settings ?? {}),
    waivers: [],
    onGate: () => undefined,
  });
  if (result === undefined) throw new Error('one gate has one result');
  // What is recorded has to survive being written down.
  expectPlain(result.observation);
  return result;
}

function expectPlain(observation: JsonValue): void {
  const text = JSON.stringify(observation);
  if (/:\s*undefined/.test(text) || text === undefined) throw new Error('an observation is plain JSON');
}

export function policyOf(tier: number, settings: GatePolicy['settings'] = {}): GatePolicy {
  return { tier, settings, now: new Date('2026-01-05T10:00:00Z'), controls: [] };
}

function contextOf(asked: Asked): GateContext {
  const budget = { queueMs: 5_000, patienceMs: 300_000, attempts: 60 };
  const { session, statements = [], target = {}, plan = {} } = asked;
  return {
    session,
    replicas: asked.replicas ?? [],
    target: {
      name: 'production',
      tier: asked.tier ?? 1,
      url: 'postgres://',
      directUrl: null,
      role: null,
      window: null,
      metrics: {},
      health: null,
      ...target,
    },
    change: {
      migrations: asked.migrations ?? (statements.length === 0 ? [] : [migrationOf('0001', statements)]),
      classifications: [],
      plan: { changeDigest: 'none', direction: 'up', steps: [], refusals: [], budget, ...plan },
      changeDigest: 'none',
      touched: asked.touched ?? [],
      history: null,
      rehearsal: asked.rehearsal ?? null,
      rollbackTest: null,
      provedWayBack: null,
      wayBackMs: null,
      declaredNoRollback: {},
      approvals: async () => {
        throw new Error('no gate that this bench asks looks at approvals');
      },
    },
    clock: systemClock,
    signal: new AbortController().signal,
    runCommand: asked.runCommand ?? (async () => ({ exitCode: 127, stdout: '', stderr: 'not found' })),
    fetchText: asked.fetchText ?? (async () => ({ status: null, body: '', problem: 'no network', durationMs: 0 })),
    evidenceDir: asked.evidenceDir ?? '/nowhere',
    readFile: async () => null,
  };
}
