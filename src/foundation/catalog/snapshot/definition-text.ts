/** `KEY = value` for each value that is there; a key with `true` stands alone. */
export function definitionList(items: readonly (readonly [string, string | true | null])[]): string {
  const shown = items.flatMap(([key, value]) => (value === null ? [] : [value === true ? key : `${key} = ${value}`]));
  return `(${shown.join(', ')})`;
}

/** The text of a flag that counts only when it is set. */
export function flag(isSet: boolean): true | null {
  return isSet ? true : null;
}
