import { z } from 'zod';
import { lockModes, relationKinds } from '../model/locks.js';

/** What the reports of all verbs say in the same words. */

export const tool = z.object({ name: z.literal('lockkeeper'), version: z.string() });
export const project = z.object({ format: z.string(), path: z.string() });
export const severity = z.enum(['info', 'warning', 'error']);
export const complexity = z.enum(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']);
export const transactionBlock = z.enum(['allowed', 'refused']);

/** A lock on a relation; how sure it is depends on whether it was seen or predicted. */
export const lock = z.object({
  relation: z.string().describe('schema.name, each part as quote_ident writes it'),
  kind: z.enum(relationKinds),
  mode: z.enum(lockModes).describe('As pg_locks writes it'),
  created: z.literal(true).optional().describe('Made by this statement: nobody else can wait for it'),
});

export const finding = z.object({
  id: z.string(),
  severity,
  message: z.string(),
  remedy: z.string(),
  path: z.string(),
  line: z.number(),
});

export const certainty = z
  .enum(['certain', 'possible'])
  .describe('possible: it depends on what is not known here (the catalog, the data, a path through code)');

/** A lock as it is predicted. */
export const predictedLock = lock.extend({ certainty });
