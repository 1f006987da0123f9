import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'dynamic-sql',
  title: 'Part of what runs cannot be seen in the text',
  why: 'SQL that is put together while it runs, and bodies in other languages, can lock, change or drop anything; nothing here vouches for it.',
  instead: 'Write the statements out, or rehearse the migration: the server shows what they do.',
  sources: ['https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN'],
  concern: 'data',
  severity: 'warning',
  scope: 'statement',
  on: 'any',
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: `DO $$
DECLARE wanted text;
BEGIN
  SELECT format('LOCK TABLE %I', relname) INTO wanted FROM pg_class WHERE relname = 'orders';
  EXECUTE wanted;
END $$;`,
    safe: 'ALTER TABLE orders ALTER COLUMN id SET STATISTICS 200;',
  },
  predict: ({ effects }, context) =>
    effects.unanalysed
      .filter((reason) => !isSaidBefore(reason, context))
      .map((reason) => ({
        message: `Not analysed: ${reason}.`,
        // Most functions that migrations call are harmless helpers, and with a schema they are read.
        ...(reason.includes('known from the catalog only') ? { severity: 'info' as const } : {}),
      })),
  observe: ({ trace }) =>
    trace.statements.some(({ locks }) =>
      locks.some(({ mode, created }) => mode === 'AccessExclusiveLock' && created === undefined),
    ),
});

/** A function that a migration calls for each of many rows is named once. */
function isSaidBefore(reason: string, { previous }: RuleContext): boolean {
  if (!reason.startsWith('function ')) return false;
  for (let earlier = previous; earlier !== null; earlier = earlier.context.previous) {
    if (earlier.statement.effects.unanalysed.includes(reason)) return true;
  }
  return false;
}
