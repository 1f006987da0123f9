import { quoteIdentifier } from '../../../../foundation/sql/quote-identifier.js';
import { defineEmitter, inPlace, rebuild } from '../emitter.js';
import { flag, type Piece, textFact } from '../piece.js';
import { optionChanges, optionList, optionsOf, withClause } from './options.js';

function createView(view: Piece): readonly string[] {
  const items = [...optionList(optionsOf(view, 'options')), ...optionList(optionsOf(view, 'toastOptions'), 'toast.')];
  const clause = (word: string, fact: string): string => {
    const value = textFact(view, fact);
    return value === null ? '' : ` ${word} ${quoteIdentifier(value)}`;
  };
  const query = (textFact(view, 'definition') ?? '').trim().replace(/;$/, '');
  return [
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${view.identity}${clause('USING', 'accessMethod')}${withClause(items)}` +
      `${clause('TABLESPACE', 'tablespace')} AS ${query} WITH ${flag(view, 'unpopulated') ? 'NO ' : ''}DATA`,
  ];
}

export default defineEmitter({
  kind: 'materialized view',
  create: createView,
  drop: ({ identity }) => [`DROP MATERIALIZED VIEW IF EXISTS ${identity}`],
  alter: ({ from, to, changed }) => {
    if (changed.has('definition')) return rebuild;
    const actions = [
      ...optionChanges(optionsOf(from, 'options'), optionsOf(to, 'options')),
      ...optionChanges(optionsOf(from, 'toastOptions'), optionsOf(to, 'toastOptions'), 'toast.'),
      ...(changed.has('accessMethod')
        ? [`SET ACCESS METHOD ${quoteIdentifier(textFact(to, 'accessMethod') ?? 'heap')}`]
        : []),
      ...(changed.has('tablespace')
        ? [`SET TABLESPACE ${quoteIdentifier(textFact(to, 'tablespace') ?? 'pg_default')}`]
        : []),
    ];
    return inPlace([
      ...actions.map((action) => `ALTER MATERIALIZED VIEW ${to.identity} ${action}`),
      ...(changed.has('unpopulated')
        ? [`REFRESH MATERIALIZED VIEW ${to.identity} WITH ${flag(to, 'unpopulated') ? 'NO ' : ''}DATA`]
        : []),
    ]);
  },
});
