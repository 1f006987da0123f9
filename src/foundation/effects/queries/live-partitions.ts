import type { Certainty } from '../../../model/effects.js';
import type { SchemaRelation } from '../../../model/schema.js';
import type { EffectContext } from '../effect-context.js';
import { equatedColumns, type KeyCondition, keyConditions } from './key-conditions.js';
import { boundOf, type PartitionBound, type PartitionKey, partitionKeyOf, type RangeEnd } from './partition-bounds.js';
import { type Comparable, hasKnownOrder } from './partition-values.js';
import type { Conditions } from './query-scope.js';

export interface LivePartition {
  readonly relation: SchemaRelation;
  readonly certainty: Certainty;
}

interface Sought {
  readonly alias: string;
  readonly conditions: Conditions;
  readonly context: EffectContext;
  /** Whether columns of common table expressions are in sight. */
  readonly hasExpressions: boolean;
}

/** Everything below a table that a plan opens: children, and the partitions that its conditions do not rule out. */
export function liveBelow(table: SchemaRelation, sought: Sought): readonly LivePartition[] {
  const { graph } = sought.context;
  if (graph === null) return [];
  if (table.kind !== 'partitioned table') {
    return graph.descendants(table.oid).map((relation) => ({ relation, certainty: 'certain' }));
  }
  return livePartitions(table, sought).flatMap((partition) => [
    partition,
    ...(partition.relation.kind === 'partitioned table' ? liveBelow(partition.relation, sought) : []).map((below) =>
      partition.certainty === 'certain' ? below : { ...below, certainty: partition.certainty },
    ),
  ]);
}

function livePartitions(
  table: SchemaRelation,
  { alias, conditions, context, hasExpressions }: Sought,
): readonly LivePartition[] {
  const partitions = context.graph?.children(table.oid) ?? [];
  const key = partitionKeyOf(table);
  const column = table.columns.find(({ name }) => name === key?.columns[0]);
  if (key === null || column === undefined) return partitions.map((relation) => ({ relation, certainty: 'possible' }));
  const namesAreValues = context.callers !== undefined || hasExpressions || conditions.derived;
  const known = keyConditions(conditions.known, {
    alias,
    name: column.name,
    typeText: column.typeText,
    namesAreValues,
    isList: key.strategy === 'list',
    neverNull: column.notNull && context.major >= 17,
    equated: equatedColumns(conditions.known),
  });
  const bounds = partitions.map((relation) => ({ relation, bound: boundOf(relation, column.typeText) }));
  const level: Level = { key, ordered: hasKnownOrder(column.typeText), bounds: bounds.map(({ bound }) => bound) };
  return bounds.flatMap(({ relation, bound }) => {
    const stays = staysFor(bound, known, level);
    if (stays === 'no') return [];
    return [{ relation, certainty: stays === 'yes' && !conditions.pushed ? 'certain' : 'possible' }];
  });
}

/** A partitioned table's own key and what its partitions take. */
export interface Level {
  readonly key: PartitionKey;
  readonly ordered: boolean;
  readonly bounds: readonly PartitionBound[];
}

type Stays = 'yes' | 'perhaps' | 'no';

/** Whether a partition stays in a plan with these conditions, all of which hold. */
export function staysFor(bound: PartitionBound, conditions: readonly KeyCondition[], level: Level): Stays {
  if (conditions.some(({ kind }) => kind === 'never')) return 'no';
  if (conditions.length === 0) return 'yes';
  if (level.key.strategy === 'hash') {
    return conditions.some(({ kind }) => kind === 'in' || kind === 'any of' || kind === 'unknown') ? 'perhaps' : 'yes';
  }
  const simple = conditions.filter(({ kind }) => kind === 'in' || kind === 'beyond');
  const answers = [
    ...conditions.flatMap((condition) => {
      if (condition.kind === 'unknown') return ['perhaps' as const];
      if (condition.kind !== 'any of') return [];
      return [anyOf(condition.arms.map((arm) => staysFor(bound, arm, level)))];
    }),
    simple.length === 0 ? ('yes' as const) : staysForSimple(bound, simple, level),
  ];
  if (answers.includes('no')) return 'no';
  return answers.includes('perhaps') ? 'perhaps' : 'yes';
}

function anyOf(answers: readonly Stays[]): Stays {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('perhaps') ? 'perhaps' : 'no';
}

function staysForSimple(bound: PartitionBound, conditions: readonly KeyCondition[], level: Level): Stays {
  const bounded = conditions.some(({ kind }) => kind === 'beyond');
  const isRange = level.key.strategy === 'range';
  if (level.bounds.some(({ kind }) => kind === 'unknown') || ((bounded || isRange) && !level.ordered)) return 'perhaps';
  const sought = soughtBy(conditions);
  if (sought.never) return 'no';
  const answer = isRange ? inRanges(bound, sought, level) : inLists(bound, sought, level);
  // What stands on the edge of a range is decided by the key's further columns.
  return level.key.columns.length > 1 && (answer === 'yes' || onEdge(bound, sought)) ? 'perhaps' : answer;
}

interface SoughtValues {
  readonly never: boolean;
  /** Null: any value within the limits. */
  readonly values: readonly Comparable[] | null;
  readonly orNull: boolean;
  readonly lower: Limit | null;
  readonly upper: Limit | null;
}

interface Limit {
  readonly value: Comparable;
  readonly included: boolean;
}

function soughtBy(conditions: readonly KeyCondition[]): SoughtValues {
  let values: readonly Comparable[] | null = null;
  let orNull = false;
  let lower: Limit | null = null;
  let upper: Limit | null = null;
  for (const condition of conditions) {
    if (condition.kind === 'in') {
      const { values: wanted } = condition;
      values = values === null ? wanted : values.filter((value) => wanted.includes(value));
      orNull = condition.orNull;
    } else if (condition.kind === 'beyond') {
      const limit = { value: condition.value, included: condition.operator.endsWith('=') };
      if (condition.operator.startsWith('>')) lower = tighter(lower, limit, (a, b) => a > b);
      else upper = tighter(upper, limit, (a, b) => a < b);
    }
  }
  const kept = values?.filter((value) => within(value, lower, upper)) ?? null;
  return { never: kept !== null && kept.length === 0 && !orNull, values: kept, orNull, lower, upper };
}

function tighter(known: Limit | null, next: Limit, isBeyond: (a: Comparable, b: Comparable) => boolean): Limit {
  if (known === null || isBeyond(next.value, known.value)) return next;
  return next.value === known.value && !next.included ? next : known;
}

function within(value: Comparable, lower: Limit | null, upper: Limit | null): boolean {
  const above = lower === null || value > lower.value || (lower.included && value === lower.value);
  return above && (upper === null || value < upper.value || (upper.included && value === upper.value));
}

function inLists(bound: PartitionBound, sought: SoughtValues, { bounds }: Level): Stays {
  const lists = bounds.flatMap((one) => (one.kind === 'list' ? [one] : []));
  if (bound.kind === 'default') {
    if (sought.values === null) return 'yes';
    const missing = sought.values.some((value) => !lists.some(({ values }) => values.includes(value)));
    return missing || (sought.orNull && !lists.some(({ takesNull }) => takesNull)) ? 'yes' : 'no';
  }
  if (bound.kind !== 'list') return 'perhaps';
  const found = bound.values.some((value) =>
    sought.values === null ? within(value, sought.lower, sought.upper) : sought.values.includes(value),
  );
  return found || (sought.orNull && bound.takesNull) ? 'yes' : 'no';
}

function inRanges(bound: PartitionBound, sought: SoughtValues, { bounds }: Level): Stays {
  if (bound.kind === 'range') return overlaps(bound, sought) ? 'yes' : 'no';
  if (bound.kind !== 'default') return 'perhaps';
  if (sought.orNull) return 'yes';
  const ranges = bounds.flatMap((one) => (one.kind === 'range' ? [one] : []));
  if (sought.values !== null) {
    return sought.values.some((value) => !ranges.some((range) => takes(range, value))) ? 'yes' : 'no';
  }
  return hasGap(ranges, sought) ? 'yes' : 'no';
}

interface Range {
  readonly lower: RangeEnd;
  readonly upper: RangeEnd;
}

function takes({ lower, upper }: Range, value: Comparable): boolean {
  return (lower === null || value >= lower.value) && (upper === null || value < upper.value);
}

function overlaps(range: Range, sought: SoughtValues): boolean {
  if (sought.values !== null) return sought.values.some((value) => takes(range, value));
  const { lower, upper } = sought;
  const before = lower !== null && range.upper !== null && lower.value >= range.upper.value;
  const after =
    upper !== null &&
    range.lower !== null &&
    (upper.value < range.lower.value || (!upper.included && upper.value === range.lower.value));
  return !before && !after;
}

/** Whether the limits hold values that no range takes. */
function hasGap(ranges: readonly Range[], { lower, upper }: SoughtValues): boolean {
  if (lower === null && !ranges.some((range) => range.lower === null)) return true;
  let at: Comparable | null = lower?.value ?? ranges.find((range) => range.lower === null)?.upper?.value ?? null;
  while (at !== null) {
    if (upper !== null && (at > upper.value || (at === upper.value && !upper.included))) return false;
    const from: Comparable = at;
    const next = ranges.find((range) => takes(range, from));
    if (next === undefined) return true;
    at = next.upper?.value ?? null;
  }
  return false;
}

function onEdge(bound: PartitionBound, { values, upper }: SoughtValues): boolean {
  if (bound.kind !== 'range') return bound.kind === 'default';
  const edge = bound.upper?.value;
  return values?.some((value) => value === edge) ?? upper?.value === edge;
}
