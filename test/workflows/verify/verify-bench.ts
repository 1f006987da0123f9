import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../../src/foundation/postgres/server/cluster.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import { findingsOf, type VerifyReport } from '../../../src/model/verify-report.js';
import { verify, type VerifyRequest } from '../../../src/workflows/verify.js';

/** A folder of its own, with what `verify` is told in it; it reads as fast as it can. */
export async function openVerifyBench(cluster: Pick<Cluster, 'socketDir' | 'port'>) {
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-verify-'));
  const url = (user: string) => `host=${cluster.socketDir} port=${cluster.port} user=${user} dbname=postgres`;
  const request: VerifyRequest = {
    cwd: dir,
    env: { HOME: dir },
    clock: systemClock,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    database: { database: url('postgres'), target: null },
    action: { kind: 'assert' },
    tables: [],
    schemas: [],
    only: null,
    skip: [],
    fenced: false,
    onReplica: false,
    throttle: 1,
    maxTransactionSeconds: null,
    resume: false,
    changeDigest: null,
  };
  return {
    dir,
    url,
    run: async (more: Partial<VerifyRequest> = {}) => (await verify({ ...request, ...more })).report,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

/** `error foreign-keys public.orders orders_u_fkey 1`, sorted. */
export function inLines(report: VerifyReport): readonly string[] {
  return findingsOf(report)
    .map(({ weight, assertion, relation, name, rows }) => `${weight} ${assertion} ${relation} ${name} ${rows}`)
    .toSorted();
}
