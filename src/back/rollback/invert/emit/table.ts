import { quoteIdentifier } from '../../../../foundation/sql/quote-identifier.js';
import { defineEmitter, type EmitContext, inPlace, type PieceChange, rebuild, refuse } from '../emitter.js';
import { flag, type Piece, textFact } from '../piece.js';
import { columnDeclaration } from './column-declaration.js';
import { optionChanges, optionList, optionsOf, withClause } from './options.js';

/** Columns that stand in the statement which makes their table; those of a parent come by INHERITS. */
export function declaredColumns(table: Piece, context: EmitContext): readonly Piece[] {
  const inherits = table.object.facts.structure['inherits'] !== undefined;
  return context
    .partsBefore(table.key)
    .filter(({ kind, facts }) => kind === 'column' && !(inherits && facts['inherited'] === 'only'));
}

function createTable(table: Piece, context: EmitContext): readonly string[] {
  const columns = declaredColumns(table, context);
  const { inherits } = table.object.facts.structure;
  const items = [...optionList(optionsOf(table, 'options')), ...optionList(optionsOf(table, 'toastOptions'), 'toast.')];
  const clause = (word: string, fact: string): string => {
    const value = textFact(table, fact);
    return value === null ? '' : ` ${word} ${fact === 'partitionKey' ? value : quoteIdentifier(value)}`;
  };
  const { ofType } = table.object.facts.structure;
  const type = typeof ofType === 'string' ? ofType : null;
  const list = columns.map((column) => columnDeclaration(column, { context, typed: type !== null }));
  const body =
    type === null ? ` (${list.join(', ')})` : ` OF ${type}${list.length === 0 ? '' : ` (${list.join(', ')})`}`;
  return [
    `CREATE ${flag(table, 'unlogged') ? 'UNLOGGED ' : ''}TABLE IF NOT EXISTS ${table.identity}${body}` +
      `${Array.isArray(inherits) ? ` INHERITS (${inherits.join(', ')})` : ''}${clause('PARTITION BY', 'partitionKey')}` +
      `${clause('USING', 'accessMethod')}${withClause(items)}${clause('TABLESPACE', 'tablespace')}`,
    ...(flag(table, 'rowSecurity') ? [`ALTER TABLE ${table.identity} ENABLE ROW LEVEL SECURITY`] : []),
    ...(flag(table, 'forceRowSecurity') ? [`ALTER TABLE ${table.identity} FORCE ROW LEVEL SECURITY`] : []),
    ...replicaIdentity(table),
  ];
}

/** Of an index that stands for the rows, the index says so itself. */
function replicaIdentity(table: Piece): readonly string[] {
  const identity = textFact(table, 'replicaIdentity');
  if (identity === 'index' || identity === null) return [];
  return [`ALTER TABLE ${table.identity} REPLICA IDENTITY ${identity.toUpperCase()}`];
}

/** Each fact of a table, and the actions of ALTER TABLE that give it its former value. */
const actions: Readonly<Record<string, (change: PieceChange) => readonly string[]>> = {
  unlogged: ({ to }) => [flag(to, 'unlogged') ? 'SET UNLOGGED' : 'SET LOGGED'],
  rowSecurity: ({ to }) => [`${flag(to, 'rowSecurity') ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`],
  forceRowSecurity: ({ to }) => [`${flag(to, 'forceRowSecurity') ? 'FORCE' : 'NO FORCE'} ROW LEVEL SECURITY`],
  options: ({ from, to }) => optionChanges(optionsOf(from, 'options'), optionsOf(to, 'options')),
  toastOptions: ({ from, to }) =>
    optionChanges(optionsOf(from, 'toastOptions'), optionsOf(to, 'toastOptions'), 'toast.'),
  accessMethod: ({ to }) => [`SET ACCESS METHOD ${quoteIdentifier(textFact(to, 'accessMethod') ?? 'heap')}`],
  tablespace: ({ to }) => [`SET TABLESPACE ${quoteIdentifier(textFact(to, 'tablespace') ?? 'pg_default')}`],
  replicaIdentity: ({ to }) => {
    const identity = textFact(to, 'replicaIdentity') ?? 'default';
    return identity === 'index' ? [] : [`REPLICA IDENTITY ${identity.toUpperCase()}`];
  },
};

export default defineEmitter({
  kind: 'table',
  create: createTable,
  drop: ({ identity }) => [`DROP TABLE IF EXISTS ${identity}`],
  alter: (change) => {
    const unknown = [...change.changed].filter((fact) => !(fact in actions));
    // What took its place, whole or in other parts, is dropped for it and hands over its rows.
    if (unknown.join() === 'partitionKey') return rebuild;
    if (unknown.length > 0)
      return refuse(`no ALTER TABLE changes ${unknown.join(', ')}: the rows would have to be moved`);
    const statements = [...change.changed].flatMap((fact) => actions[fact]?.(change) ?? []);
    return inPlace(statements.map((action) => `ALTER TABLE ${change.to.identity} ${action}`));
  },
});
