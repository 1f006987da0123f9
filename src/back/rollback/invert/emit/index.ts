import type { Emitter } from '../emitter.js';
import type { PieceKind } from '../piece.js';
import definedKinds from './code/defined-kinds.js';
import { functionEmitter, procedureEmitter } from './code/function.js';
import operator from './code/operator.js';
import operatorFamily from './code/operator-family.js';
import textSearchConfiguration from './code/text-search-configuration.js';
import textSearchDictionary from './code/text-search-dictionary.js';
import column from './column.js';
import columnDefault from './column-default.js';
import compositeType from './composite-type.js';
import constraint from './constraint.js';
import foreignTable from './foreign-table.js';
import indexKind from './index-kind.js';
import indexPartition from './index-partition.js';
import inheritance from './inheritance.js';
import tableType from './table-type.js';
import materializedView from './materialized-view.js';
import partition from './partition.js';
import policy from './policy.js';
import rule from './rule.js';
import schema from './schema.js';
import sequence from './sequence.js';
import sequenceOwner from './sequence-owner.js';
import defaultPrivileges from './server/default-privileges.js';
import eventTrigger from './server/event-trigger.js';
import extension from './server/extension.js';
import foreignDataWrapper from './server/foreign-data-wrapper.js';
import foreignServer from './server/foreign-server.js';
import largeObject from './server/large-object.js';
import publication from './server/publication.js';
import subscription from './server/subscription.js';
import systemPrivileges from './server/system-privileges.js';
import userMapping from './server/user-mapping.js';
import statisticsObject from './statistics-object.js';
import table from './table.js';
import trigger from './trigger.js';
import domain from './types/domain.js';
import type from './types/type.js';
import view from './view.js';

/** Every kind of piece that can be led back. */
const emitters: readonly Emitter[] = [
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
  tableType,
  view,
  materializedView,
  constraint,
  indexKind,
  indexPartition,
  rule,
  trigger,
  policy,
  statisticsObject,
  type,
  domain,
  functionEmitter,
  procedureEmitter,
  operator,
  operatorFamily,
  ...definedKinds,
  textSearchDictionary,
  textSearchConfiguration,
  extension,
  publication,
  subscription,
  foreignDataWrapper,
  foreignServer,
  userMapping,
  eventTrigger,
  defaultPrivileges,
  systemPrivileges,
  largeObject,
];

const byKind = new Map<PieceKind, Emitter>(emitters.map((emitter) => [emitter.kind, emitter]));

export function emitterOf(kind: PieceKind): Emitter | undefined {
  return byKind.get(kind);
}
