import type { Node, TypeName } from '@pgsql/types';
import type { Certainty } from '../../../model/effects.js';
import type { SchemaColumn, SchemaType } from '../../../model/schema.js';
import type { EffectContext } from '../effect-context.js';
import type { SchemaGraph } from '../schema-graph.js';
import { columnName } from './read-check.js';
import { baseType, isArray, isConstrained, resolveType } from './resolve-type.js';
import { typmodOf, widens } from './type-modifier.js';

/** A type and its modifier. */
interface Typed {
  readonly type: SchemaType;
  readonly typmod: number;
}

/**
 * Whether values of a column have to be converted one by one: null when they stay as they are. That is so where only
 * the label of the type changes, a modifier widens, or nothing happens at all.
 */
export function conversion(
  column: SchemaColumn,
  { to, using }: { readonly to: TypeName | undefined; readonly using: Node | undefined },
  context: EffectContext,
): Certainty | null {
  const { graph } = context;
  if (graph === null) return 'possible';
  const from = graph.type(column.type);
  const target = typed(to, context, graph);
  if (from === null || target === null) return 'possible';
  const steps = using === undefined ? [] : castSteps(using, column.name, { context, graph });
  if (steps === null) return 'certain';
  let current: Typed = { type: from, typmod: column.typmod };
  let found: Certainty | null = null;
  for (const step of [...steps, target]) {
    const cost = convert(current, step, { context, graph });
    if (cost === 'certain') return 'certain';
    found = cost ?? found;
    current = { type: step.type, typmod: step.typmod };
  }
  return found;
}

function typed(name: TypeName | undefined, context: EffectContext, graph: SchemaGraph): Typed | null {
  const type = resolveType(name, context);
  if (type === null) return null;
  const element = isArray(type) && type.base !== null ? (graph.type(type.base) ?? type) : type;
  return { type, typmod: typmodOf(name, element.name) };
}

/** The casts of USING, from the inside out, if it is nothing but casts of the column itself; else null. */
function castSteps(using: Node, column: string, known: Known): readonly Typed[] | null {
  if ('ColumnRef' in using) return columnName(using) === column ? [] : null;
  if (!('TypeCast' in using) || using.TypeCast.arg === undefined) return null;
  const inner = castSteps(using.TypeCast.arg, column, known);
  const outer = typed(using.TypeCast.typeName, known.context, known.graph);
  return inner === null || outer === null ? null : [...inner, outer];
}

interface Known {
  readonly context: EffectContext;
  readonly graph: SchemaGraph;
}

function convert(from: Typed, to: Typed, { context, graph }: Known): Certainty | null {
  if (from.type.oid === to.type.oid) return modifierCost(to.type, { from: from.typmod, to: to.typmod }, graph);
  if (isConstrained(to.type, graph)) return 'certain';
  const source = unwrap(from, graph);
  const target = to.type.kind === 'domain' ? baseType(to.type, graph) : to;
  if (source.type.oid === target.type.oid) {
    return modifierCost(target.type, { from: source.typmod, to: target.typmod }, graph);
  }
  const relabelled = graph.schema.binaryCasts.some(
    ([one, other]) => one === source.type.oid && other === target.type.oid,
  );
  if (!relabelled && !isZoneChange(source.type, target.type)) return 'certain';
  if (modifierCost(target.type, { from: -1, to: target.typmod }, graph) !== null) return 'certain';
  return relabelled ? null : zoneCost(context);
}

/** Of a value that leaves a domain the modifier is forgotten. */
function unwrap({ type, typmod }: Typed, graph: SchemaGraph): Typed {
  return type.kind === 'domain' ? { type: baseType(type, graph).type, typmod: -1 } : { type, typmod };
}

/** An array's elements are converted one by one as soon as anything about them changes. */
function modifierCost(type: SchemaType, typmods: { readonly from: number; readonly to: number }, graph: SchemaGraph) {
  const { from, to } = typmods;
  if (to === -1 || from === to) return null;
  const name = baseType(type, graph).type.name;
  return !isArray(type) && widens(name, from, to) ? null : 'certain';
}

const zoneTypes: ReadonlySet<string> = new Set(['timestamp', 'timestamptz']);

function isZoneChange(one: SchemaType, other: SchemaType): boolean {
  return zoneTypes.has(one.name) && zoneTypes.has(other.name);
}

/** Where local time is universal time, the two kinds of timestamps have the same bits. */
function zoneCost({ settings, graph }: EffectContext): Certainty | null {
  const zone = settings.get('timezone') ?? graph?.schema.timeZone;
  if (zone === undefined || /^(default|local)$/i.test(zone)) return 'possible';
  return universal.test(zone) ? null : 'certain';
}

const universal = /^(etc\/)?(utc|uct|gmt|zulu|universal|greenwich|gmt[+-]?0)$|^[+-]?0+(:00)?$/i;
