import type { TypeName } from '@pgsql/types';

/** All string constants of a syntax tree. */
export function constantsOf(tree: unknown): readonly string[] {
  return collect(tree, (fields) => {
    const constant = fields['A_Const'];
    const text = isFields(constant) ? constant['sval'] : undefined;
    return isFields(text) && typeof text['sval'] === 'string' ? [text['sval']] : [];
  });
}

/** All type names of a syntax tree: of casts, columns, arguments. */
export function typeNamesOf(tree: unknown): readonly TypeName[] {
  return collect(tree, (fields) => {
    const name = fields['typeName'];
    return isFields(name) && Array.isArray(name['names']) ? [name] : [];
  });
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function collect<T>(value: unknown, read: (fields: Fields) => readonly T[]): readonly T[] {
  if (Array.isArray(value)) return value.flatMap((item) => collect(item, read));
  if (!isFields(value)) return [];
  return [...read(value), ...Object.values(value).flatMap((field) => collect(field, read))];
}
