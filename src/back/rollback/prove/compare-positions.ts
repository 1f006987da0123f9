import { diffSnapshots } from '../../../foundation/catalog/snapshot/diff.js';
import type { JsonValue } from '../../../model/json.js';
import { objectKey, type SchemaSnapshot, type SnapshotObject } from '../../../model/schema-snapshot.js';
import { describeObject } from './describe-difference.js';

export interface PositionComparison {
  readonly faults: readonly string[];
  readonly advanced: readonly string[];
}

/**
 * A sequence that has given out numbers stays where it is, for it must never give them again: that is no fault, unless a
 * script set the position in so many words. One that went back, or began anew, will give out numbers that are taken.
 */
export function comparePositions(
  before: SchemaSnapshot,
  after: SchemaSnapshot,
  setsPositions: boolean,
): PositionComparison {
  const old = byKey(before);
  const young = byKey(after);
  const faults: string[] = [];
  const advanced: string[] = [];
  for (const difference of diffSnapshots(before, after, { facets: ['position'] })) {
    const key = objectKey(difference.kind, difference.identity);
    const [then, now] = [old.get(key), young.get(key)];
    // A sequence that is gone or new is told of with the structure.
    if (difference.kind === 'sequence' && difference.change !== 'changed') continue;
    if (then !== undefined && now !== undefined && !setsPositions && wentOn(then, now)) {
      advanced.push(`${difference.identity} stays at ${textOf(now.facts.position['lastValue'])}: it gave out numbers`);
    } else faults.push(...describeObject(difference));
  }
  return { faults, advanced };
}

function byKey({ objects }: SchemaSnapshot): ReadonlyMap<string, SnapshotObject> {
  return new Map(objects.map((object) => [objectKey(object.kind, object.identity), object]));
}

/** In the direction in which it counts. A sequence that was never called gives its last value next. */
function wentOn(then: SnapshotObject, now: SnapshotObject): boolean {
  const down = incrementOf(then) < 0n;
  const [from, to] = [nextPlace(then), nextPlace(now)];
  if (from === null || to === null) return false;
  return down ? to < from : to > from;
}

function nextPlace(sequence: SnapshotObject): bigint | null {
  const { lastValue, isCalled } = sequence.facts.position;
  const text = textOf(lastValue);
  if (text === '') return null;
  return BigInt(text) + (isCalled === true ? incrementOf(sequence) : 0n);
}

function incrementOf({ facts }: SnapshotObject): bigint {
  return BigInt(textOf(facts.structure['increment']) || '1');
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
