import { expect, test } from 'vitest';
import { renderRollbackTerminal } from '../../../src/report/rollback/terminal.js';
import { sampleRollback } from './sample-rollback.js';

const render = (verbose = false) => renderRollbackTerminal(sampleRollback, { width: 100, color: false, verbose });

test('shows verdict, file and story of each migration, and what was not tried', () => {
  const text = render();
  expect(text).toContain('0001_users.sql');
  expect(text).toContain('would be written to migrations/0001_users.rollback.sql');
  expect(text).toContain('way back: traffic (a program of before runs against the schema of after)');
  expect(text).toContain('not written: the migration is declared to have no rollback');
  expect(text).toContain('extension postgis is not on the stage');
});

test('a dry run shows the script line by line, and lets nothing in it steer the terminal', () => {
  const text = render();
  expect(text).toContain('\n    BEGIN;\n\n    DROP TABLE public.users;');
  expect(text).not.toContain('\u001b');
});

test('long differences are cut unless everything is asked for', () => {
  expect(render()).toContain('… and 2 more');
  expect(render(true)).toContain('public.t11');
});
