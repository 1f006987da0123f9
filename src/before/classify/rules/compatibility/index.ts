import type { Rule } from '../../rule.js';
import grantsChange from './access/grants-change.js';
import publicationChange from './access/publication-change.js';
import replicaIdentityChange from './access/replica-identity-change.js';
import rowSecurityChange from './access/row-security-change.js';
import searchPathInSession from './access/search-path-in-session.js';
import changeFunctionSignature from './definitions/change-function-signature.js';
import changeFunctionVolatility from './definitions/change-function-volatility.js';
import dropFunction from './names/drop-function.js';
import dropView from './names/drop-view.js';
import renameColumn from './names/rename-column.js';
import renameEnumValue from './names/rename-enum-value.js';
import renameObject from './names/rename-object.js';
import renameSchema from './names/rename-schema.js';
import renameTable from './names/rename-table.js';
import setSchema from './names/set-schema.js';
import columnTypeBreaksApplication from './values/column-type-breaks-application.js';
import constraintBreaksWriters from './values/constraint-breaks-writers.js';
import defaultChanged from './values/default-changed.js';
import dropNotNull from './values/drop-not-null.js';
import selectStarPrepared from './values/select-star-prepared.js';
import setNotNullBreaksWriters from './values/set-not-null-breaks-writers.js';

export const compatibilityRules: readonly Rule[] = [
  grantsChange,
  publicationChange,
  replicaIdentityChange,
  rowSecurityChange,
  searchPathInSession,
  changeFunctionSignature,
  changeFunctionVolatility,
  dropFunction,
  dropView,
  renameColumn,
  renameEnumValue,
  renameObject,
  renameSchema,
  renameTable,
  setSchema,
  columnTypeBreaksApplication,
  constraintBreaksWriters,
  defaultChanged,
  dropNotNull,
  selectStarPrepared,
  setNotNullBreaksWriters,
];
