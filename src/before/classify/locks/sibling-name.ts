import { qualifiedName } from '../../../foundation/sql/quote-identifier.js';

/** The report name of a relation in the same schema, with something behind its name. */
export function siblingName(relation: string, suffix: string): string {
  const [schema = '', name = ''] = partsOf(relation);
  return qualifiedName(schema, `${name}${suffix}`);
}

/** The name without its schema, as quote_ident writes it. */
export function bareName(relation: string): string {
  return relation.match(quotedOrBare)?.[1] ?? relation;
}

const quotedOrBare = /"(?:[^"]|"")*"|[^."]+/g;

function partsOf(relation: string): readonly string[] {
  return (relation.match(quotedOrBare) ?? []).map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
  );
}
