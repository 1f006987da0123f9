import type { Node, RangeVar, TypeName } from '@pgsql/types';

/** A qualified name of a syntax tree: `a.b` as its parts. */
export function nameParts(node: Node | undefined): readonly string[] {
  if (node === undefined) return [];
  if ('String' in node) return [node.String.sval ?? ''];
  if ('List' in node) return (node.List.items ?? []).flatMap(nameParts);
  if ('ObjectWithArgs' in node) return (node.ObjectWithArgs.objname ?? []).flatMap(nameParts);
  return 'TypeName' in node ? typeNameParts(node.TypeName) : [];
}

export function typeNameParts(type: TypeName | undefined): readonly string[] {
  return (type?.names ?? []).flatMap(nameParts);
}

/** The schema, where one is named, and the name. */
export function splitName(parts: readonly string[]): { readonly schema: string | null; readonly name: string } {
  return { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' };
}

/** The relations in a list of a syntax tree. */
export function rangeVars(nodes: readonly Node[] | undefined): readonly RangeVar[] {
  return (nodes ?? []).flatMap((node) => ('RangeVar' in node ? [node.RangeVar] : []));
}

/** A relation by the parts of its name. */
export function relationNamed(parts: readonly string[]): Pick<RangeVar, 'schemaname' | 'relname'> {
  const { schema, name } = splitName(parts);
  return { relname: name, ...(schema === null ? {} : { schemaname: schema }) };
}
