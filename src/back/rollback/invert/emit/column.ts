import { defineEmitter, type Draft, type EmitContext, inPlace, type PieceChange, rebuild } from '../emitter.js';
import { type Piece, textFact } from '../piece.js';
import { holder, holderName } from '../sql-kind.js';
import { mapNames, ownName } from '../sql-names.js';
import { columnDeclaration, hasIdentityFromParent, identityClause, notNullOf } from './column-declaration.js';
import { changeNotNull, notNullComment, setNotNull } from './not-null.js';
import { optionChanges, optionList, optionsOf, wrapperChanges } from './options.js';
import { castFor } from './type-casts.js';

function isComposite(column: Piece): boolean {
  return column.parent?.startsWith('composite type ') === true;
}

function isOfView(column: Piece): boolean {
  return /^(?:materialized )?view /.test(column.parent ?? '');
}

/** `ALTER TABLE t ALTER COLUMN c`: the beginning of most of what changes a column. */
function alterColumn(column: Piece, action: string): string {
  return `ALTER ${holder(column)} ALTER ${isComposite(column) ? 'ATTRIBUTE' : 'COLUMN'} ${ownName(column.identity)} ${action}`;
}

/** What no declaration of a column can say. */
function details(column: Piece): readonly string[] {
  const options = optionList(optionsOf(column, 'options'));
  const storage = textFact(column, 'storage');
  const { statistics } = column.facts;
  return [
    ...(storage === null ? [] : [alterColumn(column, `SET STORAGE ${storage.toUpperCase()}`)]),
    ...(typeof statistics === 'number' ? [alterColumn(column, `SET STATISTICS ${statistics}`)] : []),
    ...(options.length === 0 ? [] : [alterColumn(column, `SET (${options.join(', ')})`)]),
  ];
}

function createColumn(column: Piece, context: EmitContext): readonly Draft[] {
  if (isOfView(column)) return details(column);
  const isMade = context.isMade(column.parent ?? '');
  // A partition that is attached only later has to have it by then.
  const comesFromParent = column.facts['inherited'] === 'only' && !context.isMade(`partition ${holderName(column)}`);
  const notNull = notNullOf(column);
  if (isComposite(column)) {
    return isMade ? [] : [`ALTER ${holder(column)} ADD ATTRIBUTE ${columnDeclaration(column, { context })}`];
  }
  if (!isMade && !comesFromParent && numbersWithoutParts(column, context)) return numberedLater(column, context);
  const later = notNull !== null && textFact(column, 'identity') === null && textFact(column, 'generated') === null;
  const number = isMade || comesFromParent ? null : numberedBy(column, context);
  const add = isMade || comesFromParent ? [] : [addColumn(column, { context, nullable: later, bare: number !== null })];
  const strict = isMade ? notNull?.notValid === true : later && !comesFromParent;
  const numbers = number === null ? [] : numberRows(column, { value: number, all: strict });
  return [
    ...add,
    ...numbers,
    ...(strict ? setNotNull(column, context.major) : []),
    ...notNullComment(column),
    ...details(column),
  ];
}

/** Until 17 only the partitioned table itself has an identity, and its column comes to the partitions without it. */
function numbersWithoutParts(column: Piece, { major, before }: EmitContext): boolean {
  const table = before(column.parent ?? '');
  const isPartitioned = table !== undefined && textFact(table, 'partitionKey') !== null;
  return major < 17 && isPartitioned && textFact(column, 'identity') !== null;
}

function numberedLater(column: Piece, context: EmitContext): readonly string[] {
  const { identity: _, ...facts } = column.facts;
  return [
    addColumn({ ...column, facts }, { context, nullable: true, bare: true }),
    ...setNotNull(column, context.major),
    ...identityClause(column, context).map((clause) => alterColumn(column, `ADD ${clause}`)),
    ...details(column),
  ];
}

/** A default that takes values of a sequence: rows that get their former value back must not use up new ones. */
function numberedBy(column: Piece, context: EmitContext): string | null {
  const value = context.before(`column default ${column.identity}`);
  const text = value === undefined || !context.isInline(value) ? null : textFact(value, 'default');
  return text?.startsWith('nextval(') === true ? text : null;
}

/** Sets the default, and numbers the rows that are new. No trigger of the table has to see that, if there are none. */
function numberRows(column: Piece, how: { readonly value: string; readonly all: boolean }): readonly string[] {
  const name = ownName(column.identity);
  const table = holderName(column);
  const fill = `DO $number$ BEGIN IF EXISTS (SELECT FROM ${table} WHERE ${name} IS NULL) THEN
  UPDATE ${table} SET ${name} = ${how.value} WHERE ${name} IS NULL; END IF; END $number$`;
  return [...(how.all ? [fill] : []), alterColumn(column, `SET DEFAULT ${how.value}`)];
}

function addColumn(
  column: Piece,
  how: { readonly context: EmitContext; readonly nullable: boolean; readonly bare: boolean },
): string {
  return `ALTER ${holder(column)} ADD COLUMN IF NOT EXISTS ${columnDeclaration(column, how)}`;
}

function dropColumn(column: Piece): readonly string[] {
  if (isOfView(column) || column.facts['inherited'] === 'only') return [];
  const word = isComposite(column) ? 'ATTRIBUTE' : 'COLUMN';
  return [`ALTER ${holder(column)} DROP ${word} IF EXISTS ${ownName(column.identity)}`];
}

function changesType({ changed, retyped }: PieceChange): boolean {
  return retyped || changed.has('type') || changed.has('collation');
}

function changeType(change: PieceChange, context: EmitContext): readonly string[] {
  const { from, to } = change;
  // The parent's statement reaches its heirs, and an heir refuses one of its own, unless it is attached only later.
  const isHeir = to.facts['inherited'] !== undefined && !context.isMade(`partition ${holderName(to)}`);
  if (!changesType(change) || isHeir) return [];
  const collation = textFact(to, 'collation');
  const type = textFact(to, 'type') ?? '';
  // A foreign table holds no values to convert.
  const holdsValues = !isComposite(to) && to.parent?.startsWith('foreign table ') !== true;
  const cast = !holdsValues ? '' : castFor(to, { from: textFact(from, 'type') ?? '', retyped: change.retyped });
  return [alterColumn(to, `TYPE ${type}${collation === null ? '' : ` COLLATE ${collation}`}${cast}`)];
}

function changeIdentity({ from, to, changed }: PieceChange, context: EmitContext): readonly string[] {
  const [old, young] = [textFact(to, 'identity'), textFact(from, 'identity')];
  const drop = alterColumn(to, 'DROP IDENTITY IF EXISTS');
  // A table with numbers of its own cannot be attached.
  if (hasIdentityFromParent(to, context)) return young === null || from.facts['inherited'] !== undefined ? [] : [drop];
  if (!changed.has('identity')) return [];
  if (old === null) return [drop];
  if (young === null) return identityClause(to, context).map((clause) => alterColumn(to, `ADD ${clause}`));
  return [alterColumn(to, `SET GENERATED ${old.toUpperCase()}`)];
}

/** SET STORAGE DEFAULT came with 16; before, the type's own has to be named: of numeric it is main, of most extended. */
function usualStorage(column: Piece, major: number): string {
  if (major >= 16) return 'DEFAULT';
  return /^(?:numeric|inet|cidr)\b(?!.*\[\])/.test(textFact(column, 'type') ?? '') ? 'MAIN' : 'EXTENDED';
}

/** Facts of the physical form, and what gives each its former value. */
function changePhysical(change: PieceChange, { major }: EmitContext): readonly string[] {
  const { from, to, changed } = change;
  // With a new type both become what is usual for it.
  const isForgotten = (fact: string): boolean =>
    changesType(change) && ['storage', 'compression'].includes(fact) && to.facts[fact] !== undefined;
  const set = (fact: string, actions: readonly string[]): readonly string[] =>
    changed.has(fact) || isForgotten(fact) ? actions.map((action) => alterColumn(to, action)) : [];
  const { statistics } = to.facts;
  const wrapper = wrapperChanges(optionsOf(from, 'wrapperOptions'), optionsOf(to, 'wrapperOptions'));
  return [
    ...set('storage', [`SET STORAGE ${textFact(to, 'storage')?.toUpperCase() ?? usualStorage(to, major)}`]),
    ...set('compression', [`SET COMPRESSION ${textFact(to, 'compression') ?? 'default'}`]),
    ...set('statistics', [`SET STATISTICS ${typeof statistics === 'number' ? statistics : -1}`]),
    ...set('options', optionChanges(optionsOf(from, 'options'), optionsOf(to, 'options'))),
    ...set('wrapperOptions', wrapper),
  ];
}

/** A key that names it more or less: over-cautious where an expression has another name that is spelt alike. */
export function isPartitionKey(column: Piece, context: EmitContext): boolean {
  const key = context.before(column.parent ?? '')?.facts['partitionKey'];
  if (typeof key !== 'string') return false;
  const name = ownName(column.identity);
  let isNamed = false;
  mapNames(key, (chain) => {
    isNamed ||= chain.includes(name);
    return chain;
  });
  return isNamed;
}

function alterTableColumn(change: PieceChange, context: EmitContext) {
  const { from, to, changed } = change;
  const [old, young] = [textFact(to, 'generated'), textFact(from, 'generated')];
  // Only a table that is made again can tell rows apart by another type.
  if (changesType(change) && isPartitionKey(to, context)) return rebuild;
  const generates = changed.has('generated') || changed.has('expression');
  if (generates && (old !== null || young === 'virtual')) return rebuild;
  if (old !== null && changesType(change)) return rebuild;
  const inherited = [...changed].filter((fact) => fact === 'inherited');
  const loosens = to.facts['notNull'] !== true;
  return inPlace(
    [
      ...(generates ? [alterColumn(to, 'DROP EXPRESSION IF EXISTS')] : []),
      ...(changed.has('identity') && textFact(to, 'identity') === null ? changeIdentity(change, context) : []),
      // Former values may be NULL.
      ...(loosens ? changeNotNull(change, context.major) : []),
      ...changeType(change, context),
      ...(loosens ? [] : changeNotNull(change, context.major)),
      ...(textFact(to, 'identity') === null ? [] : changeIdentity(change, context)),
      ...changePhysical(change, context),
    ],
    {
      retypes: changesType(change),
      declared: inherited.map(() => `whether ${holderName(to)} declares it itself or has it from its parent`),
    },
  );
}

export default defineEmitter({
  kind: 'column',
  create: createColumn,
  drop: dropColumn,
  alter: (change, context) => {
    if (isOfView(change.to)) return inPlace(changePhysical(change, context), { retypes: changesType(change) });
    if (isComposite(change.to)) return inPlace(changeType(change, context), { retypes: changesType(change) });
    return alterTableColumn(change, context);
  },
});
