import { z } from 'zod';
import {
  type ValidateSettings,
  type ValidationCommand,
  usualWatch,
  type WatchSettings,
} from '../../model/target-settings.js';
import type { Contact } from '../../model/watch-report.js';

const text = z.string().min(1);
const longestMs = 86_400_000;
const milliseconds = (usual: number) => z.int().min(1).max(longestMs).default(usual).describe('Milliseconds.');

function commands(timeoutMs: number) {
  const written = z.strictObject({ name: text.optional(), command: text, timeoutMs: milliseconds(timeoutMs) });
  return z
    .array(z.union([text.transform((command) => written.parse({ command })), written]))
    .default([])
    .transform((list): readonly ValidationCommand[] =>
      list.map(({ name, command, ...rest }) => ({ name: name ?? command, command, ...rest })),
    );
}

const query = z.strictObject({
  name: text,
  sql: text.describe('Runs in a read-only transaction.'),
  maxMs: z.number().positive().nullable().default(null).describe('Slower is a fault, in milliseconds.'),
  timeoutMs: milliseconds(30_000),
});

export const validateSchema: z.ZodType<ValidateSettings> = z
  .strictObject({
    smoke: commands(60_000).describe('Commands that end with 0 when the system does its most important work.'),
    tests: commands(900_000).describe("The application's own tests, as commands."),
    queries: z
      .array(query)
      .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'two queries have one name')
      .default([])
      .describe('Queries that the application lives by; their times are compared with those before the change.'),
  })
  .prefault({})
  .describe('What is looked at once a change took effect.');

const watch = usualWatch;

export const watchSchema: z.ZodType<WatchSettings> = z
  .strictObject({
    everyMs: milliseconds(watch.everyMs).describe('From one look to the next, in milliseconds.'),
    firstMs: milliseconds(watch.firstMs).describe('How long trouble leads back at once, in milliseconds.'),
    sustainMs: milliseconds(watch.sustainMs).describe('How long trouble has to last, in milliseconds.'),
    integrityEveryMs: milliseconds(watch.integrityEveryMs),
    errorRate: z.number().positive().max(1).default(watch.errorRate).describe('A part of the requests, 0 to 1.'),
    latencyRatio: z.number().min(1.05).default(watch.latencyRatio).describe('Of p95, to what it was before.'),
    latencyFloorMs: z.number().min(0).default(watch.latencyFloorMs),
    replicaLagMs: milliseconds(watch.replicaLagMs),
    waitingSessions: z.int().min(1).default(watch.waitingSessions),
    baselineSamples: z.int().min(1).max(60).default(watch.baselineSamples),
  })
  .prefault({})
  .describe('How a change is watched, and what counts as trouble.');

export const contactsSchema: z.ZodType<readonly Contact[]> = z
  .array(
    z.strictObject({
      role: text,
      name: text.nullable().default(null),
      reach: text.nullable().default(null).describe('A number, a channel, an address.'),
      afterMin: z.number().min(0).default(0).describe('Minutes after the trouble began.'),
    }),
  )
  .default([])
  .describe('Who is called when a change does harm, and when.');
