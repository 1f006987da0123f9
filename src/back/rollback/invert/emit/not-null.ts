import { quoteIdentifier, quoteLiteral } from '../../../../foundation/sql/quote-identifier.js';
import type { PieceChange } from '../emitter.js';
import type { Piece } from '../piece.js';
import { holder, holderName } from '../sql-kind.js';
import { ownName } from '../sql-names.js';
import { type NotNull, notNullOf } from './column-declaration.js';

/** Says that a column is NOT NULL, since 18 under the name that the constraint had. */
export function setNotNull(column: Piece, major: number): readonly string[] {
  const notNull = notNullOf(column);
  const name = ownName(column.identity);
  if (notNull === null) return [];
  if (major < 18 || notNull.name === null) return [`ALTER ${holder(column)} ALTER COLUMN ${name} SET NOT NULL`];
  const states = `${notNull.noInherit ? ' NO INHERIT' : ''}${notNull.notValid ? ' NOT VALID' : ''}`;
  return [`ALTER ${holder(column)} ADD CONSTRAINT ${quoteIdentifier(notNull.name)} NOT NULL ${name}${states}`];
}

export function notNullComment(column: Piece): readonly string[] {
  const notNull = notNullOf(column);
  return notNull === null || notNull.name === null || notNull.comment === null ? [] : [commentSql(column, notNull)];
}

function commentSql(
  column: Piece,
  { name, comment }: { readonly name: string | null; readonly comment: string | null },
): string {
  const text = comment === null ? 'NULL' : quoteLiteral(comment);
  return `COMMENT ON CONSTRAINT ${quoteIdentifier(name ?? '')} ON ${holderName(column)} IS ${text}`;
}

function renameNotNull(column: Piece, now: NotNull, then: NotNull): readonly string[] {
  if (now.name === then.name) return [];
  const [name, oldName] = [quoteIdentifier(then.name ?? ''), quoteIdentifier(now.name ?? '')];
  return [`ALTER ${holder(column)} RENAME CONSTRAINT ${oldName} TO ${name}`];
}

export function changeNotNull({ from, to, changed }: PieceChange, major: number): readonly string[] {
  if (!changed.has('notNull') && !changed.has('notNullConstraint')) return [];
  const [now, then] = [notNullOf(from), notNullOf(to)];
  const drop = `ALTER ${holder(to)} ALTER COLUMN ${ownName(to.identity)} DROP NOT NULL`;
  if (then === null) return now?.inherited === 'only' ? [] : [drop];
  if (then.inherited === 'only' && now !== null) {
    // The rest follows from the parent's, but for the name of what was said before the table is attached.
    return [
      ...(now.inherited === null ? renameNotNull(to, now, then) : []),
      ...(now.comment === then.comment || then.name === null ? [] : [commentSql(to, then)]),
    ];
  }
  // What a parent that is still there takes up again goes down to its heirs; by itself the heir would declare it too.
  const comesDown = then.inherited === 'only' && typeof from.facts['inherited'] === 'string';
  if (now === null) return [...(comesDown ? [] : setNotNull(to, major)), ...notNullComment(to)];
  const comment = now.comment === then.comment ? [] : [commentSql(to, then)];
  if (then.notValid && !now.notValid) return [drop, ...setNotNull(to, major), ...notNullComment(to)];
  const alter = `ALTER ${holder(to)}`;
  const name = quoteIdentifier(then.name ?? '');
  return [
    ...renameNotNull(to, now, then),
    ...(now.notValid && !then.notValid ? [`${alter} VALIDATE CONSTRAINT ${name}`] : []),
    ...(now.noInherit === then.noInherit
      ? []
      : [`${alter} ALTER CONSTRAINT ${name} ${then.noInherit ? 'NO INHERIT' : 'INHERIT'}`]),
    ...comment,
  ];
}
