import type { EffectHandlers } from '../effect-context.js';
import { noEffect } from '../effect-draft.js';
import {
  createPolicyEffects,
  createPublicationEffects,
  createRuleEffects,
  createSequenceEffects,
  createStatisticsEffects,
  createTriggerEffects,
} from './attach-to-table.js';
import { createFunctionEffects } from './create-function.js';
import { createIndexEffects } from './create-index.js';
import { createTableAsEffects, createViewEffects } from './create-query-relation.js';
import { createSchemaEffects } from './create-schema.js';
import { createForeignTableEffects, createTableEffects } from './create-table.js';
import { commentEffects, grantEffects, securityLabelEffects } from './describe-objects.js';
import { dropEffects } from './drop.js';
import { dropOwnedEffects, reassignOwnedEffects } from './role-ownership.js';

const nothing = (): typeof noEffect => noEffect;

/** Statements that make, describe and drop objects. */
export const definitionHandlers: EffectHandlers = {
  CreateStmt: createTableEffects,
  CreateForeignTableStmt: createForeignTableEffects,
  CreateTableAsStmt: createTableAsEffects,
  IndexStmt: createIndexEffects,
  ViewStmt: createViewEffects,
  RuleStmt: createRuleEffects,
  CreateTrigStmt: createTriggerEffects,
  CreatePolicyStmt: createPolicyEffects,
  CreateStatsStmt: createStatisticsEffects,
  CreatePublicationStmt: createPublicationEffects,
  CreateSeqStmt: createSequenceEffects,
  CreateFunctionStmt: createFunctionEffects,
  CreateSchemaStmt: createSchemaEffects,
  CommentStmt: commentEffects,
  SecLabelStmt: securityLabelEffects,
  GrantStmt: grantEffects,
  DropStmt: dropEffects,
  DropOwnedStmt: dropOwnedEffects,
  ReassignOwnedStmt: reassignOwnedEffects,
  // None of these opens a relation that a user made.
  CompositeTypeStmt: nothing,
  CreateAmStmt: nothing,
  CreateCastStmt: nothing,
  CreateConversionStmt: nothing,
  CreateDomainStmt: nothing,
  CreateEnumStmt: nothing,
  CreateEventTrigStmt: nothing,
  CreateExtensionStmt: nothing,
  CreateFdwStmt: nothing,
  CreateForeignServerStmt: nothing,
  CreateOpClassStmt: nothing,
  CreateOpFamilyStmt: nothing,
  CreatePLangStmt: nothing,
  CreateRangeStmt: nothing,
  CreateRoleStmt: nothing,
  CreateSubscriptionStmt: nothing,
  CreateTableSpaceStmt: nothing,
  CreateTransformStmt: nothing,
  CreateUserMappingStmt: nothing,
  CreatedbStmt: nothing,
  DefineStmt: nothing,
  DropRoleStmt: nothing,
  DropSubscriptionStmt: nothing,
  DropTableSpaceStmt: nothing,
  DropUserMappingStmt: nothing,
  DropdbStmt: nothing,
  GrantRoleStmt: nothing,
  ImportForeignSchemaStmt: nothing,
};
