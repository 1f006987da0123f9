import type { Emitter } from '../emitter.js';
import type { PieceKind } from '../piece.js';
import column from './column.js';
import columnDefault from './column-default.js';
import compositeType from './composite-type.js';
import constraint from './constraint.js';
import foreignTable from './foreign-table.js';
import indexKind from './index-kind.js';
import indexPartition from './index-partition.js';
import inheritance from './inheritance.js';
import materializedView from './materialized-view.js';
import partition from './partition.js';
import policy from './policy.js';
import rule from './rule.js';
import schema from './schema.js';
import sequence from './sequence.js';
import sequenceOwner from './sequence-owner.js';
import statisticsObject from './statistics-object.js';
import table from './table.js';
import trigger from './trigger.js';
import view from './view.js';

/** Every kind of piece that can be led back. */
export const emitters: readonly Emitter[] = [
  schema,
  table,
  foreignTable,
  compositeType,
  column,
  columnDefault,
  sequence,
  sequenceOwner,
  partition,
  inheritance,
  view,
  materializedView,
  constraint,
  indexKind,
  indexPartition,
  rule,
  trigger,
  policy,
  statisticsObject,
];

const byKind = new Map<PieceKind, Emitter>(emitters.map((emitter) => [emitter.kind, emitter]));

export function emitterOf(kind: PieceKind): Emitter | undefined {
  return byKind.get(kind);
}
