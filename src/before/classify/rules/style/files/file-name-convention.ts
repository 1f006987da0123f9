import { defineRule } from '../../../rule.js';

const convention = /^\d+_[a-z]+_[a-z0-9_]+\.sql$/;

export default defineRule({
  id: 'file-name-convention',
  title: 'A file name that does not say what the migration does',
  why: 'Names of the form {sequence}_{action}_{description}.sql sort, and tell a reader of the deployment log what ran.',
  instead: 'Rename the file before it is applied anywhere: 0007_add_orders_index.sql, say.',
  sources: [],
  concern: 'style',
  severity: 'info',
  scope: 'file',
  example: {
    setup: '',
    unsafe: 'SELECT 1;',
    safe: 'SELECT 1;',
    paths: { unsafe: 'Fix.sql', safe: '0007_add_orders_index.sql' },
  },
  predict: ({ migration }) => {
    const name = migration.path.split('/').at(-1) ?? '';
    return convention.test(name) ? [] : [{ message: `${name} is not {sequence}_{action}_{description}.sql.` }];
  },
  unobservable: 'A server never sees the names of files.',
});
