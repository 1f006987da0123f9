import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from '../../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../../src/foundation/runtime/clock.js';
import type { ApplyPlan } from '../../../../src/model/apply-plan.js';
import { finishPlan } from './finish-plan.js';
import { findLedgerFaults, findLeftovers, readState } from './read-state.js';
import { applyPlan } from './run-plan.js';
import type { RunnerOrder } from './runner.js';
import type { CrashableServer } from './server-of-ours.js';
import { openWireProxy, type Passing, type WireProxy } from './wire-proxy.js';

export const faults = [
  'kill -9 of the runner',
  'worker ended',
  'keeper ended',
  'watch ended',
  'network closed',
  'network reset',
  'network silent',
  'worker silent',
  'server crashed',
] as const;
export type Fault = (typeof faults)[number];

/** A fault at a message, and where it is said, the death of whoever puts the first one right. */
export interface Disturbance {
  readonly fault: Fault;
  /** The number of the message before which it happens, from 1. */
  readonly at: number;
  /** The number of the message of `resume` before which that is killed. */
  readonly resumeAt?: number;
}

export interface Bench {
  readonly server: CrashableServer;
  /** A database that is copied for each trial. */
  readonly template: string;
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
  readonly first: string;
  readonly later: readonly string[];
  readonly problems: readonly string[];
  /** Messages that count. */
  readonly messages: number;
  readonly state: string;
}

let databases = 0;

/** Applies a plan through a proxy, disturbs it, finishes it, and looks what there is. */
export async function tryDisturbed(bench: Bench, disturbance: Disturbance | null): Promise<Verdict> {
  const name = `trial_${process.pid}_${(databases += 1)}`;
  const { server, template, plan } = bench;
  await withAdmin(bench, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  let counter = new Counter(bench, disturbance);
  await using proxy = await openWireProxy(server.socketPath, (passing) => counter.pass(passing));
  counter.proxy = proxy;
  const target = { host: '127.0.0.1', port: proxy.port, database: name, user: 'postgres' };
  const first =
    disturbance?.fault === 'kill -9 of the runner'
      ? await runInChild(bench, counter, { target, plan, finish: false })
      : await applyPlan({ target, plan }).catch((error: unknown) => `threw ${String(error)}`);
  await counter.done;
  proxy.heal();
  let { reached } = counter;
  const { number, message } = counter;
  counter.over = true;
  if (first !== 'applied' && disturbance?.resumeAt !== undefined) {
    counter = new Counter(bench, { fault: 'kill -9 of the runner', at: disturbance.resumeAt });
    counter.proxy = proxy;
    await runInChild(bench, counter, { target, plan, finish: true });
    await counter.done;
    counter.over = true;
    reached &&= counter.reached;
  }
  const later = first === 'applied' ? [] : await finishPlan({ target, plan });
  await using session = await connect(server.connection(name), { applicationName: 'judge' });
  const problems = [
    ...(await findLeftovers(session, disturbance?.fault.endsWith('silent') === true)),
    ...(await findLedgerFaults(session, plan)),
  ];
  const state = await readState(session);
  if (bench.expected !== null && state !== bench.expected) problems.push('schema or data are not as they should be');
  const ended = later.at(-1) ?? first;
  if (ended !== 'applied' && ended !== 'nothing-to-do') problems.push(`it ended as ${ended}`);
  await session[Symbol.asyncDispose]();
  await withAdmin(bench, `DROP DATABASE ${name} WITH (FORCE)`);
  return { reached, message, first, later, problems, messages: number, state };
}

/** A crash ends the administrator's session too. */
async function withAdmin({ server }: Bench, sql: string): Promise<void> {
  await using admin = await connect(server.connection(), { applicationName: 'admin' });
  await admin.query(sql);
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

/** Looking, and the beating of hearts, come and go by the clock: only messages that come in every run are counted. */
class Counter {
  readonly #bench: Bench;
  readonly #disturbance: Disturbance | null;
  #working: 'before' | 'now' | 'after' = 'before';
  number = 0;
  message = '';
  reached = false;
  over = false;
  proxy: WireProxy | null = null;
  child: ChildProcess | null = null;
  done: Promise<void> = Promise.resolve();

  constructor(bench: Bench, disturbance: Disturbance | null) {
    this.#bench = bench;
    this.#disturbance = disturbance;
  }

  pass(passing: Passing): Promise<void> | null {
    const { application, from, type } = passing;
    if (this.over) return null;
    const worker = application.startsWith('lockkeeper apply ');
    if (worker && this.#working === 'before') this.#working = 'now';
    if (worker && from === 'client' && type === 'X') this.#working = 'after';
    if (!worker && this.#working === 'now') return null;
    this.number += 1;
    if (this.#disturbance?.at !== this.number || this.reached) return null;
    this.reached = true;
    this.message = `${application.replace(/ [0-9a-f]{8}$/, '')} ${from} ${type}`;
    this.done = this.#disturb(this.#disturbance.fault);
    return this.done;
  }

  async #disturb(fault: Fault): Promise<void> {
    const { proxy, child } = this;
    if (proxy === null) return;
    switch (fault) {
      case 'kill -9 of the runner':
        child?.kill('SIGKILL');
        // Nothing that it sent may go on after its death.
        await systemClock.sleep(20);
        return;
      case 'worker ended':
        return this.#terminate(proxy.backendOf('lockkeeper apply '));
      case 'keeper ended':
        return this.#terminate(proxy.backendOf('lockkeeper lease'));
      case 'watch ended':
        return this.#terminate(proxy.backendOf('lockkeeper watch'));
      case 'network closed':
        return proxy.cut('fin');
      case 'network reset':
        return proxy.cut('rst');
      case 'network silent':
        return proxy.silence(null);
      case 'worker silent':
        return proxy.silence('lockkeeper apply ');
      case 'server crashed':
        return this.#bench.server.crash();
      default:
        return fault satisfies never;
    }
  }

  async #terminate(pid: number | null): Promise<void> {
    if (pid === null) return;
    await using session = await connect(this.#bench.server.connection(), { applicationName: 'admin' });
    await session.query('SELECT pg_terminate_backend($1)', [pid]);
  }
}
