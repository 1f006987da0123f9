import type { JsonValue } from '../../model/json.js';
import type { FactDifference } from '../../model/schema-snapshot.js';

/** How one fact differs, for people: what was there and is gone, what is new, and what is in another order. */
export interface FactText {
  readonly label: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Lists are told by their items, and texts of several lines by their lines; what both sides have is left out. */
export function describeFact({ fact, before, after }: FactDifference): FactText {
  const label = fact.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const [old, young] = [itemsOf(before), itemsOf(after)];
  const removed = without(old, young);
  const added = without(young, old);
  // The same items in another order.
  if (removed.length === 0 && added.length === 0)
    return { label, removed: [old.join(', ')], added: [young.join(', ')] };
  return { label, removed, added };
}

function without(items: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return items.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function itemsOf(value: JsonValue | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(textOf);
  if (typeof value === 'object') return Object.entries(value).map(([key, item]) => `${key}: ${textOf(item)}`);
  return textOf(value).replace(/\n$/, '').split('\n');
}

function textOf(value: JsonValue): string {
  if (value === null) return 'not told';
  if (typeof value !== 'object') return value === true ? 'yes' : value === false ? 'no' : String(value);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(textOf).join(', ');
  const object = value as Readonly<Record<string, JsonValue>>;
  if (typeof object['privilege'] === 'string') return grantText(object);
  return Object.entries(object)
    .filter(([, item]) => item !== null)
    .map(([key, item]) => `${key} ${textOf(item)}`)
    .join(', ');
}

function grantText({ privilege, grantee, grantor, grantable }: Readonly<Record<string, JsonValue>>): string {
  const [what, whom, who] = [privilege, grantee, grantor].map((part) => (typeof part === 'string' ? part : ''));
  return `${what} to ${whom}${grantable === true ? ' with grant option' : ''}, by ${who}`;
}
