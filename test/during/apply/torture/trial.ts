import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from '../../../../src/foundation/postgres/session.js';
import type { ApplyPlan } from '../../../../src/model/apply-plan.js';
import { Counter, type Disturbance } from './disturb.js';
import { finishPlan } from './finish-plan.js';
import { findLedgerFaults, findLeftovers, readState } from './read-state.js';
import { applyPlan } from './run-plan.js';
import type { RunnerOrder } from './runner.js';
import type { CrashableServer } from './server-of-ours.js';
import type { PairSeed } from './server-pair.js';
import { copyDatabase, startPair, type TrialPlace } from './trial-place.js';
import { openWireProxy } from './wire-proxy.js';

export interface Bench {
  readonly server: CrashableServer;
  /** A database that is copied for each trial. */
  readonly template: string;
  /** What the pairs of trials with a standby are copied from; null where there are none. */
  readonly seed: PairSeed | null;
  readonly plan: ApplyPlan;
  /** Program of a runner. */
  readonly runner: string;
  /** Null for the trial that finds out what is expected. */
  readonly expected: string | null;
}

export interface Verdict {
  /** False: the run was over before that message. */
  readonly reached: boolean;
  readonly message: string;
  /** What was half done at a point from which nobody could go on but by looking. */
  readonly met: readonly string[];
  readonly first: string;
  readonly later: readonly string[];
  readonly problems: readonly string[];
  /** Messages that count. */
  readonly messages: number;
  readonly state: string;
}

/** Applies a plan through a proxy, disturbs it, finishes it, and looks what there is. */
export async function tryDisturbed(bench: Bench, disturbance: Disturbance | null): Promise<Verdict> {
  const { plan } = bench;
  const promoted = disturbance?.fault === 'standby promoted';
  await using place = await openPlace(bench, promoted);
  let counter = new Counter(place, disturbance);
  await using proxy = await openWireProxy(place.socketPath(), (passing) => counter.pass(passing));
  counter.proxy = proxy;
  const target = { host: '127.0.0.1', port: proxy.port, database: place.database, user: 'postgres' };
  const first =
    disturbance?.fault === 'kill -9 of the runner'
      ? await runInChild(bench, counter, { target, plan, finish: false })
      : await applyPlan({ target, plan }).catch((error: unknown) => `threw ${String(error)}`);
  await counter.done;
  proxy.heal();
  let { reached } = counter;
  const { number, message, met } = counter;
  counter.over = true;
  if (first !== 'applied' && disturbance?.resumeAt !== undefined) {
    counter = new Counter(place, { fault: 'kill -9 of the runner', at: disturbance.resumeAt });
    counter.proxy = proxy;
    await runInChild(bench, counter, { target, plan, finish: true });
    await counter.done;
    counter.over = true;
    reached &&= counter.reached;
  }
  // What a run has told of may be lost afterwards with the server.
  const later = first === 'applied' && !promoted ? [] : await finishPlan({ target, plan });
  const silent = disturbance?.fault.endsWith('silent') === true;
  const { problems, state } = await judge(bench, { place, ended: later.at(-1) ?? first, silent });
  return { reached, message, met, first, later, problems, messages: number, state };
}

function openPlace({ server, template, seed }: Bench, promoted: boolean): Promise<TrialPlace> {
  if (!promoted) return copyDatabase(server, template);
  if (seed === null) throw new Error('there is nothing to copy a standby from');
  return startPair(seed);
}

interface Ended {
  readonly place: TrialPlace;
  readonly ended: string;
  readonly silent: boolean;
}

async function judge({ plan, expected }: Bench, { place, ended, silent }: Ended) {
  await using session = await connect(place.connection(), { applicationName: 'judge' });
  const problems = [...(await findLeftovers(session, silent)), ...(await findLedgerFaults(session, plan))];
  const state = await readState(session);
  if (expected !== null && state !== expected) problems.push('schema or data are not as they should be');
  if (ended !== 'applied' && ended !== 'nothing-to-do') problems.push(`it ended as ${ended}`);
  return { problems, state };
}

async function runInChild({ runner }: Bench, counter: Counter, order: RunnerOrder): Promise<string> {
  const child = fork(runner, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await once(child, 'message');
  counter.child = child;
  let said = 'killed';
  child.on('message', (verdict: string) => {
    said = verdict;
  });
  child.send(order);
  await once(child, 'exit');
  return said;
}
