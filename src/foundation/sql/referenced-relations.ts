import type { DropStmt, Node, ParseResult, RangeVar } from '@pgsql/types';

/** A relation as a statement names it; without a schema the search path decides. */
export interface RelationRef {
  readonly schema: string | null;
  readonly name: string;
}

/**
 * Every relation that a statement names, once each, in the order of the text: tables, views, indexes and sequences,
 * in DROP lists too. Names of common table expressions are not relations and are left out.
 */
export function referencedRelations(tree: ParseResult): readonly RelationRef[] {
  const walk: Walk = { found: new Map(), expressions: new Set() };
  visit(tree, walk);
  return [...walk.found.values()].filter((ref) => ref.schema !== null || !walk.expressions.has(ref.name));
}

interface Walk {
  readonly found: Map<string, RelationRef>;
  /** Names of common table expressions. */
  readonly expressions: Set<string>;
}

/** Range variables stand bare (`relation: {relname}`) or wrapped (`{RangeVar: {relname}}`); both hold a `relname`. */
function visit(value: unknown, walk: Walk): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, walk);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  if (typeof fields['relname'] === 'string') add(walk, rangeVarRef(value));
  if (typeof fields['ctename'] === 'string') walk.expressions.add(fields['ctename']);
  if (fields['DropStmt'] !== undefined)
    for (const ref of droppedRelations(value as { DropStmt: DropStmt })) add(walk, ref);
  for (const field of Object.values(fields)) visit(field, walk);
}

function add(walk: Walk, ref: RelationRef): void {
  walk.found.set(JSON.stringify([ref.schema, ref.name]), ref);
}

/** A range variable of the syntax tree as a reference. */
export function rangeVarRef(relation: RangeVar): RelationRef {
  return { schema: relation.schemaname ?? null, name: relation.relname ?? '' };
}

const relationObjects = new Set<DropStmt['removeType']>([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_INDEX',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
]);

/** Objects that belong to a table are dropped by the table's name and, last, their own. */
const tableObjects = new Set<DropStmt['removeType']>(['OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE']);

function droppedRelations({ DropStmt: drop }: { readonly DropStmt: DropStmt }): readonly RelationRef[] {
  const ofTable = tableObjects.has(drop.removeType);
  if (!ofTable && !relationObjects.has(drop.removeType)) return [];
  return (drop.objects ?? []).flatMap((object) => {
    const names = nameParts(object);
    const parts = ofTable ? names.slice(0, -1) : names;
    const name = parts.at(-1);
    return name === undefined ? [] : [{ schema: parts.at(-2) ?? null, name }];
  });
}

function nameParts(object: Node): readonly string[] {
  if (!('List' in object)) return [];
  return (object.List.items ?? []).flatMap((item) => ('String' in item ? [item.String.sval ?? ''] : []));
}
