/** Strings, dollar-quoted bodies, comments, quoted and bare identifiers, so that none is taken for another. */
const tokens =
  /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|(\$\w*\$)[\s\S]*?\1|"((?:[^"]|"")*)"|([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)/g;

export interface WrittenIdentifier {
  readonly name: string;
  readonly quoted: boolean;
}

/** The identifiers (and keywords) of a statement as they are written: the parser's tree has them cut and folded. */
export function writtenIdentifiers(sql: string): readonly WrittenIdentifier[] {
  return [...sql.matchAll(tokens)].flatMap(([, , quoted, bare]): readonly WrittenIdentifier[] => {
    if (quoted !== undefined) return [{ name: quoted.replaceAll('""', '"'), quoted: true }];
    return bare === undefined ? [] : [{ name: bare, quoted: false }];
  });
}
