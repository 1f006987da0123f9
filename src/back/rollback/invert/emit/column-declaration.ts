import type { JsonValue } from '../../../../model/json.js';
import { quoteIdentifier } from '../../../../foundation/sql/quote-identifier.js';
import type { EmitContext } from '../emitter.js';
import { type Piece, textFact } from '../piece.js';
import { ownName } from '../sql-names.js';
import { optionsOf, wrapperClause } from './options.js';
import { sequenceOptions } from './sequence-options.js';

export interface DeclarationContext {
  readonly context: EmitContext;
  /** Of a typed table: the type says the rest. */
  readonly typed?: boolean;
  /** Whether NOT NULL follows in a statement of its own, because rows have to be filled before. */
  readonly nullable?: boolean;
  /** Whether its default follows in a statement of its own, because it would use up values. */
  readonly bare?: boolean;
}

/** A column as CREATE TABLE and ADD COLUMN declare it. */
export function columnDeclaration(
  column: Piece,
  { context, typed = false, nullable = false, bare = false }: DeclarationContext,
): string {
  const collation = textFact(column, 'collation');
  const compression = textFact(column, 'compression');
  const value = context.before(`column default ${column.identity}`);
  const own = value !== undefined && !bare && context.isInline(value) ? value : undefined;
  return [
    ownName(column.identity),
    typed ? 'WITH OPTIONS' : (textFact(column, 'type') ?? ''),
    ...(compression === null || typed ? [] : [`COMPRESSION ${compression}`]),
    ...wrapperClause(optionsOf(column, 'wrapperOptions')),
    ...(collation === null || typed ? [] : [`COLLATE ${collation}`]),
    ...(own === undefined ? [] : [`DEFAULT ${textFact(own, 'default') ?? 'NULL'}`]),
    ...generation(column),
    ...identityClause(column, context),
    ...(nullable ? [] : notNullClause(column)),
  ].join(' ');
}

function generation(column: Piece): readonly string[] {
  const generated = textFact(column, 'generated');
  if (generated === null) return [];
  return [`GENERATED ALWAYS AS (${textFact(column, 'expression') ?? ''}) ${generated.toUpperCase()}`];
}

/** `GENERATED … AS IDENTITY (…)` with the sequence that the column had. */
export function identityClause(column: Piece, context: EmitContext): readonly string[] {
  const identity = textFact(column, 'identity');
  if (identity === null || hasIdentityFromParent(column, context)) return [];
  const sequence = context.partsBefore(column.key).find(({ kind }) => kind === 'sequence');
  const options = sequence === undefined ? '' : ` (SEQUENCE NAME ${sequence.identity} ${sequenceOptions(sequence)})`;
  return [`GENERATED ${identity.toUpperCase()} AS IDENTITY${options}`];
}

/** Since 17 a partition has the identity of its parent's column: by attaching, and by nothing else. */
export function hasIdentityFromParent({ parent, facts }: Piece, { major, before }: EmitContext): boolean {
  const table = (parent ?? '').replace(/^(?:foreign )?table /, '');
  return major >= 17 && facts['inherited'] !== undefined && before(`partition ${table}`) !== undefined;
}

/** What 18 knows of a NOT NULL beside that it is there. */
export interface NotNull {
  readonly name: string | null;
  readonly notValid: boolean;
  readonly noInherit: boolean;
  readonly inherited: string | null;
  readonly comment: string | null;
}

export function notNullOf(column: Piece): NotNull | null {
  if (column.facts['notNull'] !== true) return null;
  const value: JsonValue | undefined = column.facts['notNullConstraint'];
  const known: Readonly<Record<string, JsonValue>> =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, JsonValue>>)
      : {};
  const text = (name: string): string | null => (typeof known[name] === 'string' ? known[name] : null);
  return {
    name: text('name'),
    notValid: known['notValid'] === true,
    noInherit: known['noInherit'] === true,
    inherited: text('inherited'),
    comment: text('comment'),
  };
}

function notNullClause(column: Piece): readonly string[] {
  const notNull = notNullOf(column);
  // Only an ALTER TABLE makes one that is not validated.
  if (notNull === null || notNull.notValid) return [];
  const name = notNull.name === null ? '' : `CONSTRAINT ${quoteIdentifier(notNull.name)} `;
  return [`${name}NOT NULL${notNull.noInherit ? ' NO INHERIT' : ''}`];
}
