import type { SnapshotKind } from '../snapshot-kind.js';
import type from './type.js';
import accessMethod from './access-method.js';
import aggregate from './aggregate.js';
import cast from './cast.js';
import collation from './collation.js';
import column from './column.js';
import compositeType from './composite-type.js';
import constraint from './constraint.js';
import conversion from './conversion.js';
import defaultPrivileges from './default-privileges.js';
import domain from './domain.js';
import eventTrigger from './event-trigger.js';
import extension from './extension.js';
import foreignDataWrapper from './foreign-data-wrapper.js';
import foreignServer from './foreign-server.js';
import foreignTable from './foreign-table.js';
import functionKind from './function.js';
import indexKind from './index-kind.js';
import language from './language.js';
import largeObject from './large-object.js';
import materializedView from './materialized-view.js';
import operator from './operator.js';
import operatorClass from './operator-class.js';
import operatorFamily from './operator-family.js';
import policy from './policy.js';
import procedure from './procedure.js';
import publication from './publication.js';
import rule from './rule.js';
import schema from './schema.js';
import sequence from './sequence.js';
import statisticsObject from './statistics-object.js';
import subscription from './subscription.js';
import systemPrivileges from './system-privileges.js';
import table from './table.js';
import textSearchConfiguration from './text-search-configuration.js';
import textSearchDictionary from './text-search-dictionary.js';
import textSearchParser from './text-search-parser.js';
import textSearchTemplate from './text-search-template.js';
import transform from './transform.js';
import trigger from './trigger.js';
import userMapping from './user-mapping.js';
import view from './view.js';

/** Kinds of which a database has few objects: all of them are read, or none. */
export const rareKinds: ReadonlySet<SnapshotKind> = new Set([
  schema,
  extension,
  language,
  collation,
  conversion,
  accessMethod,
  aggregate,
  operator,
  operatorFamily,
  operatorClass,
  cast,
  transform,
  publication,
  subscription,
  foreignDataWrapper,
  foreignServer,
  userMapping,
  textSearchParser,
  textSearchTemplate,
  textSearchDictionary,
  textSearchConfiguration,
  eventTrigger,
  defaultPrivileges,
  systemPrivileges,
  largeObject,
]);

/** Every kind of object that a snapshot holds. */
export const snapshotKinds: readonly SnapshotKind[] = [
  schema,
  table,
  column,
  sequence,
  view,
  materializedView,
  foreignTable,
  compositeType,
  constraint,
  indexKind,
  rule,
  trigger,
  policy,
  statisticsObject,
  extension,
  language,
  collation,
  conversion,
  accessMethod,
  type,
  domain,
  functionKind,
  procedure,
  aggregate,
  operator,
  operatorFamily,
  operatorClass,
  cast,
  transform,
  publication,
  subscription,
  foreignDataWrapper,
  foreignServer,
  userMapping,
  textSearchParser,
  textSearchTemplate,
  textSearchDictionary,
  textSearchConfiguration,
  eventTrigger,
  defaultPrivileges,
  systemPrivileges,
  largeObject,
];
