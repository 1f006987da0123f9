import type { RunEvent, StepState } from '../../model/apply-run.js';

export interface LiveStep {
  readonly stepId: string;
  readonly sql: string;
  /** Null: not begun; `running`: now. */
  readonly state: StepState | 'running' | null;
  readonly durationMs: number | null;
}

/** What the screen shows of a run, made from its events alone. Times are by the clock of whoever watches. */
export interface LiveState {
  readonly phase: string;
  readonly startedMs: number;
  readonly steps: readonly LiveStep[];
  readonly current: LiveCurrent | null;
  readonly samples: Readonly<Record<string, number | null>>;
  /** The newest last. */
  readonly remarks: readonly string[];
}

/** Of the step that is at work. */
export interface LiveCurrent {
  readonly stepId: string;
  readonly sinceMs: number;
  readonly attempt: Extract<RunEvent, { readonly kind: 'attempt-started' }> | null;
  readonly statement: Extract<RunEvent, { readonly kind: 'statement' }> | null;
  /** Who is in the way, while it waits outside of any queue. */
  readonly obstacle: string | null;
  readonly locks: Extract<RunEvent, { readonly kind: 'locks' }> | null;
  readonly progress: Extract<RunEvent, { readonly kind: 'progress' }> | null;
  readonly failure: Extract<RunEvent, { readonly kind: 'attempt-failed' }> | null;
}

export function startLive(nowMs: number): LiveState {
  return { phase: '', startedMs: nowMs, steps: [], current: null, samples: {}, remarks: [] };
}

const keptRemarks = 4;

/** The state after an event. Pure. */
export function advanceLive(state: LiveState, event: RunEvent, nowMs: number): LiveState {
  switch (event.kind) {
    case 'phase':
      return { ...state, phase: event.text };
    case 'planned':
      return { ...state, phase: '', steps: event.steps.map((step) => ({ ...step, state: null, durationMs: null })) };
    case 'step-started':
      return { ...markStep(state, event, 'running'), current: startStep(event.stepId, nowMs) };
    case 'step-ended':
      return { ...markStep(state, event, event.state), current: null };
    case 'sample':
      return { ...state, samples: event.values };
    case 'aborting':
      return remark(state, `ending: ${event.reason.reason}`);
    case 'notice':
      return remark(state, `${event.severity}: ${event.message}`);
    case 'ended':
      return { ...state, phase: event.verdict, current: null };
    default:
      return { ...state, current: state.current === null ? null : advanceStep(state.current, event) };
  }
}

type EventOfStep = Extract<
  RunEvent,
  {
    readonly kind: 'attempt-started' | 'statement' | 'locks' | 'waiting-outside' | 'attempt-failed' | 'progress';
  }
>;

function advanceStep(current: LiveCurrent, event: EventOfStep): LiveCurrent {
  switch (event.kind) {
    case 'attempt-started':
      return { ...current, attempt: event, statement: null, obstacle: null, locks: null, progress: null };
    case 'statement':
      return { ...current, statement: event, progress: null };
    case 'locks':
      return { ...current, locks: event };
    case 'waiting-outside':
      return { ...current, obstacle: event.reason, statement: null };
    case 'attempt-failed':
      return { ...current, failure: event, statement: null, locks: null, progress: null };
    case 'progress':
      return { ...current, progress: event };
    default:
      return event satisfies never;
  }
}

function startStep(stepId: string, nowMs: number): LiveCurrent {
  const nothing = { attempt: null, statement: null, obstacle: null, locks: null, progress: null, failure: null };
  return { stepId, sinceMs: nowMs, ...nothing };
}

function markStep(
  state: LiveState,
  { stepId, sql = '', durationMs = null }: { stepId: string; sql?: string; durationMs?: number | null },
  to: LiveStep['state'],
): LiveState {
  const known = state.steps.some((step) => step.stepId === stepId);
  const steps = known ? state.steps : [...state.steps, { stepId, sql, state: null, durationMs: null }];
  return { ...state, steps: steps.map((step) => (step.stepId === stepId ? { ...step, state: to, durationMs } : step)) };
}

function remark(state: LiveState, text: string): LiveState {
  return { ...state, remarks: [...state.remarks, text].slice(-keptRemarks) };
}
