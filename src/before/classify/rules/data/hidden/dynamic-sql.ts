import { defineRule } from '../../../rule.js';

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
  predict: ({ effects }) =>
    effects.unanalysed.map((reason) => ({
      message: `Not analysed: ${reason}.`,
      // Most functions that migrations call are harmless helpers, and with a schema they are read.
      ...(reason.includes('known from the catalog only') ? { severity: 'info' as const } : {}),
    })),
  observe: ({ trace }) =>
    trace.statements.some(({ locks }) =>
      locks.some(({ mode, created }) => mode === 'AccessExclusiveLock' && created === undefined),
    ),
});
