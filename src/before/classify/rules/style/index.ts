import type { Rule } from '../../rule.js';
import fileNameConvention from './files/file-name-convention.js';
import idleTimeoutMissing from './files/idle-timeout-missing.js';
import insertInMigration from './files/insert-in-migration.js';
import missingEstimate from './files/missing-estimate.js';
import missingHeader from './files/missing-header.js';
import missingIfExists from './files/missing-if-exists.js';
import severalUnrelatedChanges from './files/several-unrelated-changes.js';
import indexWithoutName from './indexes/index-without-name.js';
import redundantIndex from './indexes/redundant-index.js';
import wideIndex from './indexes/wide-index.js';
import columnPadding from './tables/column-padding.js';
import createTableAs from './tables/create-table-as.js';
import foreignKeyTypeMismatch from './tables/foreign-key-type-mismatch.js';
import missingPrimaryKey from './tables/missing-primary-key.js';
import mixedCaseName from './tables/mixed-case-name.js';
import reservedWordName from './tables/reserved-word-name.js';
import unqualifiedTable from './tables/unqualified-table.js';
import charColumn from './types/char-column.js';
import createEnum from './types/create-enum.js';
import enumValuePosition from './types/enum-value-position.js';
import floatForMoney from './types/float-for-money.js';
import integerKey from './types/integer-key.js';
import jsonColumn from './types/json-column.js';
import moneyColumn from './types/money-column.js';
import serialColumn from './types/serial-column.js';
import timestampPrecisionZero from './types/timestamp-precision-zero.js';
import timestampWithoutTimeZone from './types/timestamp-without-time-zone.js';
import varcharColumn from './types/varchar-column.js';

export const styleRules: readonly Rule[] = [
  fileNameConvention,
  idleTimeoutMissing,
  insertInMigration,
  missingEstimate,
  missingHeader,
  missingIfExists,
  severalUnrelatedChanges,
  indexWithoutName,
  redundantIndex,
  wideIndex,
  columnPadding,
  createTableAs,
  foreignKeyTypeMismatch,
  missingPrimaryKey,
  mixedCaseName,
  reservedWordName,
  unqualifiedTable,
  charColumn,
  createEnum,
  enumValuePosition,
  floatForMoney,
  integerKey,
  jsonColumn,
  moneyColumn,
  serialColumn,
  timestampPrecisionZero,
  timestampWithoutTimeZone,
  varcharColumn,
];
