import { z } from 'zod';
import { noVerifySettings, type VerifySettings } from '../../model/verify-settings.js';

const text = z.string().min(1);
const table = text.describe('schema.name, quoted where SQL needs it.');
const names = z.array(text).min(1);

const softReference = z
  .strictObject({ table, columns: names, references: table, referencedColumns: names })
  .refine(
    ({ columns, referencedColumns }) => columns.length === referencedColumns.length,
    'columns and referencedColumns go together, one by one',
  );

const invariant = z.strictObject({
  name: text,
  sql: text.describe('One query; it runs in a read-only transaction.'),
  expect: z
    .union([z.string(), z.number(), z.boolean(), z.null()])
    .optional()
    .describe('What the one value of its one row has to be; left out: it has to give no row.'),
});

export const verifySchema: z.ZodType<VerifySettings> = z
  .strictObject({
    softReferences: z.array(softReference).default([]).describe('References that no constraint enforces.'),
    invariants: z
      .array(invariant)
      .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'two invariants have one name')
      .default([])
      .describe('Truths about the data, in SQL.'),
    immutable: z.array(table).default([]).describe('Tables whose rows never change: compared exactly.'),
    throttle: z
      .number()
      .gt(0)
      .max(1)
      .nullable()
      .default(null)
      .describe('Share of the time spent with reading: 0.2 leaves four fifths to others.'),
    maxTransactionSeconds: z
      .number()
      .gt(0)
      .max(60)
      .default(noVerifySettings.maxTransactionSeconds)
      .describe('No transaction takes longer.'),
  })
  .prefault({})
  .describe('What is verified beside what the schema promises, and how gently.');
