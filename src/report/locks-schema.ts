import { z } from 'zod';
import { cancelActions } from '../model/activity.js';
import { lockModes } from '../model/locks.js';
import { signalNames, signalResults } from '../model/locks-report.js';
import { tool } from './schema-parts.js';

const text = z.string().nullable();
const number = z.number().nullable();
const mode = z.enum(lockModes).describe('As pg_locks writes it');

const session = z.object({
  pid: z.number(),
  backendStart: text.describe('ISO 8601 with microseconds: with the pid it names one backend for good'),
  databaseOid: number,
  database: text,
  user: text,
  application: z.string(),
  client: text.describe('Address; local for a socket'),
  backendType: text,
  state: text,
  transactionStart: text,
  queryStart: text,
  backendMs: number,
  transactionMs: number,
  queryMs: number,
  stateMs: number,
  waitEventType: text,
  waitEvent: text,
  query: text.describe('Of the running query, else of the last one'),
  hidden: z.boolean().describe('The role that asked sees neither query nor state'),
  xid: text,
  xidAge: number,
  xminAge: number.describe('How many transaction ids ago its snapshot begins'),
  leaderPid: number,
});

const blocker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('session'), pid: z.number() }),
  z.object({ kind: z.literal('prepared'), gid: text }),
]);

const wait = z.object({
  pid: z.number(),
  object: z.object({
    type: z.string(),
    databaseOid: number,
    relationOid: number,
    page: number,
    tuple: number,
    virtualXid: text,
    xid: text,
    classOid: number,
    objectOid: number,
    subId: number,
  }),
  mode,
  waitedMs: z.number(),
  blockedBy: z
    .array(z.object({ by: blocker, how: z.enum(['holds', 'queues ahead']), mode }))
    .describe('Who holds comes first; of those that queue ahead the nearest'),
  waitsFor: z.string(),
});

const tree = z.object({
  root: blocker,
  deadlock: z.boolean().describe('They wait for each other'),
  queue: z.array(z.object({ pid: z.number(), depth: z.number(), behind: blocker })),
  longestWaitMs: z.number(),
  advice: z.object({
    action: z.enum(cancelActions),
    reason: z.string(),
    command: text,
    needsForce: z.boolean(),
  }),
  relief: z
    .object({ pid: z.number(), frees: z.number() })
    .nullable()
    .describe('A waiter whose leaving the queue lets others go on, though the root goes on blocking'),
});

const preparedTransaction = z.object({
  gid: z.string(),
  xid: z.string(),
  xidAge: z.number(),
  owner: text,
  databaseOid: z.number(),
  database: text,
  preparedMs: z.number(),
});

const progress = z.object({
  pid: z.number(),
  databaseOid: number,
  database: text,
  relationOid: number,
  command: z.string(),
  phase: z.string(),
  done: number.describe('Of this phase'),
  total: number,
  unit: z.enum(['blocks', 'tuples', 'bytes', 'sessions', 'indexes', 'partitions', 'tables']).nullable(),
  waitsForPid: number,
});

const signal = z.object({
  signal: z.enum(signalNames),
  pid: z.number(),
  result: z.enum(signalResults),
  afterMs: z.number(),
  blockedBefore: z.number(),
  blockedAfter: z.number(),
});

/** The report's shape as a validator. The types in `model` stay the truth: a test holds the two equal. */
export const locksSchema = z.object({
  kind: z.literal('locks'),
  version: z.literal(1),
  tool,
  server: z.object({ version: z.string(), major: z.number(), inRecovery: z.boolean() }),
  at: z.string().describe('ISO 8601'),
  database: z.string().describe('The database whose relations have names here'),
  watchedFrom: z.string(),
  blocked: z.number().describe('Processes that wait for a lock, in all databases of the server'),
  trees: z.array(tree).describe('One for each who blocks and waits for nobody; who keeps most waiting comes first'),
  waits: z.array(wait),
  sessions: z.array(session).describe('Those that wait, and those waited for'),
  preparedTransactions: z.array(preparedTransaction),
  progress: z.array(progress),
  signal: signal.nullable().describe('What was done to a backend on request'),
  notes: z.array(z.string()),
});

/** JSON Schema (draft 2020-12) of the report, as it stands in `schemas/`. Unknown properties are allowed, so fields can be added. */
export function locksJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(locksSchema, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'lockkeeper locks report' };
}
