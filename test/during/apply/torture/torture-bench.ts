import { connect } from '../../../../src/foundation/postgres/session.js';
import { planOfKind, schemaSql, type StepKind } from './step-kinds.js';
import type { CrashableServer } from './server-of-ours.js';
import { type Bench, tryDisturbed } from './trial.js';

export interface PreparedKind {
  readonly kind: StepKind;
  readonly bench: Bench;
  /** How many messages an undisturbed run has that count. */
  readonly messages: number;
}

/** The database that trials begin with. */
export async function makeTemplate(server: Pick<CrashableServer, 'connection'>): Promise<string> {
  await using admin = await connect(server.connection(), { applicationName: 'admin' });
  await admin.query('CREATE DATABASE torture');
  await using session = await connect(server.connection('torture'), { applicationName: 'admin' });
  await session.query(schemaSql);
  return 'torture';
}

/** Applies a change undisturbed, for what there is to be expected. */
export async function prepareKind(
  kind: StepKind,
  common: Pick<Bench, 'server' | 'template' | 'seed' | 'runner'>,
): Promise<PreparedKind> {
  const bench: Bench = { ...common, plan: await planOfKind(kind), expected: null };
  const { state, messages, problems, first } = await tryDisturbed(bench, null);
  if (first !== 'applied' || problems.length > 0) {
    throw new Error(`${kind.name} undisturbed: ${[first, ...problems].join('; ')}`);
  }
  return { kind, bench: { ...bench, expected: state }, messages };
}
