import type { Rule } from '../../rule.js';
import addNotNullColumn from './failing/add-not-null-column.js';
import copyServerFile from './failing/copy-server-file.js';
import duplicateColumn from './failing/duplicate-column.js';
import enumValueUsedInTransaction from './failing/enum-value-used-in-transaction.js';
import narrowingTypeChange from './failing/narrowing-type-change.js';
import uniqueMayFail from './failing/unique-may-fail.js';
import destructiveWithoutRollback from './hidden/destructive-without-rollback.js';
import dynamicSql from './hidden/dynamic-sql.js';
import expandAndContractTogether from './hidden/expand-and-contract-together.js';
import identifierTooLong from './hidden/identifier-too-long.js';
import ifNotExistsNoOp from './hidden/if-not-exists-no-op.js';
import onDeleteCascadeAdded from './hidden/on-delete-cascade-added.js';
import deleteWithoutWhere from './loss/delete-without-where.js';
import dropCascade from './loss/drop-cascade.js';
import dropColumnDropsConstraint from './loss/drop-column-drops-constraint.js';
import dropColumn from './loss/drop-column.js';
import dropConstraint from './loss/drop-constraint.js';
import dropDatabase from './loss/drop-database.js';
import dropExtension from './loss/drop-extension.js';
import dropSchema from './loss/drop-schema.js';
import dropSequence from './loss/drop-sequence.js';
import dropTable from './loss/drop-table.js';
import ownedSequenceLost from './loss/owned-sequence-lost.js';
import updateWithoutWhere from './loss/update-without-where.js';

export const dataRules: readonly Rule[] = [
  addNotNullColumn,
  copyServerFile,
  duplicateColumn,
  enumValueUsedInTransaction,
  narrowingTypeChange,
  uniqueMayFail,
  destructiveWithoutRollback,
  dynamicSql,
  expandAndContractTogether,
  identifierTooLong,
  ifNotExistsNoOp,
  onDeleteCascadeAdded,
  deleteWithoutWhere,
  dropCascade,
  dropColumnDropsConstraint,
  dropColumn,
  dropConstraint,
  dropDatabase,
  dropExtension,
  dropSchema,
  dropSequence,
  dropTable,
  ownedSequenceLost,
  updateWithoutWhere,
];
