import { type Document, isCollection, isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { type ConfigProblem, configError, type KeyPath } from './config-problem.js';
import { type Environment, expandReferences } from './expand-references.js';

export interface ParsedConfigFile {
  /** The file as plain data, references filled in. An empty file is an empty object. */
  readonly tree: unknown;
  readonly secrets: readonly string[];
  /** References to variables that are not set, by where they stand. */
  readonly unset: readonly (ConfigProblem & { readonly keyPath: KeyPath })[];
  /** `file:line:column` of a value or, with `key`, of one of its keys; of the nearest thing around it that the file has. */
  readonly placeOf: (keyPath: KeyPath, key?: string) => string;
}

/** Reads YAML. `path` is what messages call the file. Throws ChangeSafetyError `config-invalid` for text that is not YAML. */
export function parseConfigFile(text: string, path: string, env: Environment): ParsedConfigFile {
  const lines = new LineCounter();
  // Pretty errors quote the source, and the source may hold a password.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw configError(
      faults.map((fault) => ({ place: place(fault.pos[0]), message: firstLine(fault.message) })),
      'Correct the YAML.',
    );
  }
  return {
    ...fillReferences(document, env, place),
    tree: readTree(document, place),
    placeOf: (keyPath, key) => place(offsetOf(document, keyPath, key)),
  };
}

type Place = (offset: number) => string;

/** Replaces references inside the document and says what it met. */
function fillReferences(
  document: Document,
  env: Environment,
  place: Place,
): Omit<ParsedConfigFile, 'tree' | 'placeOf'> {
  const secrets = new Set<string>();
  const unset: ParsedConfigFile['unset'][number][] = [];
  const malformed: ConfigProblem[] = [];
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string') return;
      const where = place(node.range?.[0] ?? 0);
      const expansion = expandReferences(node.value, env);
      node.value = expansion.text;
      for (const value of expansion.values) secrets.add(value);
      for (const name of expansion.unset) {
        unset.push({
          place: where,
          message: `environment variable ${name} is not set`,
          keyPath: keyPathOf(ancestors, key),
        });
      }
      if (expansion.malformed) malformed.push({ place: where, message: 'malformed reference: expected ${NAME}' });
    },
  });
  if (malformed.length > 0) throw configError(malformed, 'Write ${NAME}; to write the characters ${ themselves, $${.');
  return { secrets: [...secrets].filter((value) => value !== ''), unset };
}

function readTree(document: Document, place: Place): unknown {
  try {
    return document.toJS() ?? {};
  } catch {
    // The only thing left that can fail: aliases that unfold into far more than the file holds.
    throw configError([{ place: place(0), message: 'too many aliases' }], 'Write the values out.');
  }
}

function keyPathOf(ancestors: readonly unknown[], last: unknown): KeyPath {
  const path: (string | number)[] = [];
  ancestors.forEach((ancestor, index) => {
    const child = ancestors[index + 1];
    if (isPair(ancestor)) path.push(String(isScalar(ancestor.key) ? ancestor.key.value : ancestor.key));
    else if (isCollection(ancestor) && !isMap(ancestor)) {
      path.push(child === undefined ? Number(last) : ancestor.items.indexOf(child));
    }
  });
  return path;
}

function offsetOf(document: Document, keyPath: KeyPath, key: string | undefined): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of [...keyPath, ...(key === undefined ? [] : [key])]) {
    if (isNode(node)) offset = node.range?.[0] ?? offset;
    if (!isCollection(node)) return offset;
    const pair = node.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
    );
    if (isPair(pair) && isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
    node = node.get(step, true);
  }
  if (key !== undefined || !isNode(node)) return offset;
  return node.range?.[0] ?? offset;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
