import type { AlterTableCmd, AlterTableStmt, ObjectType } from '@pgsql/types';
import type { RelationKind } from '../../../model/locks.js';
import { type EffectContext, type EffectsOf, resolveRelation } from '../effect-context.js';
import { atMost, type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { type AlterTarget, lockEach } from './alter-target.js';
import { commandEffects } from './commands.js';
import { strongestLevel } from './lock-level.js';
import { typedTables } from './typed-tables.js';

const assumedKinds: Partial<Record<ObjectType, RelationKind>> = {
  OBJECT_INDEX: 'index',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'matview',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_FOREIGN_TABLE: 'foreign table',
  OBJECT_TYPE: 'composite type',
};

/** What a name most likely stands for, when only the statement tells. */
export function assumedKind(objectType: ObjectType | undefined): RelationKind {
  return (objectType === undefined ? undefined : assumedKinds[objectType]) ?? 'table';
}

/** ALTER TABLE, INDEX, VIEW, MATERIALIZED VIEW, SEQUENCE, FOREIGN TABLE and TYPE of a composite. */
export function alterTable(statement: AlterTableStmt, context: EffectContext, effectsOf: EffectsOf): EffectDraft {
  const handle = resolveRelation(statement.relation ?? {}, context, assumedKind(statement.objtype));
  if (handle === null) return noEffect;
  const commands = commandsOf(statement);
  const mode = strongestLevel(commands);
  const target: AlterTarget = { handle, mode, recurse: recurses(statement), commands, context, effectsOf };
  const drafts = commands.map((command) => effectsOfCommand(command, target));
  const cascades = commands.some(({ behavior }) => behavior === 'DROP_CASCADE') && handle.kind === 'composite type';
  const typed = cascades ? lockEach(typedTables(handle, context), target.mode) : noEffect;
  return ifThere(statement, context, merge(lock(handle, target.mode), typed, ...drafts));
}

/** Under IF EXISTS, whether there is something to change is not known from the text. */
export function ifThere(
  statement: { readonly missing_ok?: boolean },
  context: EffectContext,
  draft: EffectDraft,
): EffectDraft {
  return statement.missing_ok === true && context.graph === null ? atMost('possible', draft) : draft;
}

function commandsOf({ cmds = [] }: AlterTableStmt): readonly AlterTableCmd[] {
  const commands: AlterTableCmd[] = [];
  for (const node of cmds) if ('AlterTableCmd' in node) commands.push(node.AlterTableCmd);
  return commands;
}

/** Typed tables follow their type only when CASCADE is said. */
function recurses({ objtype, relation }: AlterTableStmt): boolean {
  return objtype !== 'OBJECT_TYPE' && relation?.inh === true;
}

function effectsOfCommand(command: AlterTableCmd, target: AlterTarget): EffectDraft {
  return (command.subtype === undefined ? undefined : commandEffects[command.subtype]?.(command, target)) ?? noEffect;
}
