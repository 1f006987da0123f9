import type { Node } from '@pgsql/types';

/** The value of one option in a list such as `WITH (connect = false)`: null when it is absent, '' when it has none. */
export function optionValue(options: readonly Node[] | undefined, name: string): string | null {
  for (const option of options ?? []) {
    if (!('DefElem' in option) || option.DefElem.defname?.toLowerCase() !== name) continue;
    const value = option.DefElem.arg;
    if (value === undefined) return '';
    if ('String' in value) return value.String.sval ?? '';
    if ('Integer' in value) return String(value.Integer.ival ?? 0);
    if ('Boolean' in value) return String(value.Boolean.boolval ?? false);
    return '';
  }
  return null;
}

/** Whether an option is switched on; one that stands without a value is. */
export function isOptionOn(options: readonly Node[] | undefined, name: string, unset: boolean): boolean {
  const value = optionValue(options, name);
  return value === null ? unset : !/^(false|off|no|0|none)$/i.test(value);
}
