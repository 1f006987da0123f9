import type { AlterTableCmd, ColumnDef, Node } from '@pgsql/types';
import { atMost, type EffectDraft, merge, noEffect } from '../effect-draft.js';
import {
  type AlterTarget,
  type CommandEffects,
  lockTree,
  partitionsOf,
  rewriteEach,
  scanEach,
  treeOf,
} from './alter-target.js';
import { type AddedColumn, judgeColumn } from './added-column.js';
import { lockReferenced, scanForKey } from './foreign-key.js';
import { typedTables } from './typed-tables.js';

/** ADD COLUMN, and ADD ATTRIBUTE of a composite type. */
export const addColumn: CommandEffects = (command, target) => {
  const { def, missing_ok } = command;
  if (def === undefined || !('ColumnDef' in def)) return noEffect;
  const column = def.ColumnDef;
  const { facts } = target.handle;
  const exists = facts?.columns.some(({ name }) => name === column.colname) ?? false;
  if ((exists || isAddedBefore(command, target)) && missing_ok === true) return noEffect;
  const judged = judgeColumn(column, target.context);
  const { handle, context } = target;
  const unsure = missing_ok === true && context.graph === null ? 'possible' : 'certain';
  // Without CASCADE a type with tables refuses to change.
  const tree = [...treeOf(target), ...typedTables(handle, context)];
  const without = tree.filter((one) => one === handle || !hasColumn(one.facts, column));
  const effects = merge(
    judged.rewrite === null ? noEffect : rewriteEach(without, context, judged.rewrite),
    judged.fill === null ? noEffect : computeFill(judged.fill, target),
    judged.checksRows ? scanEach(treeOf(target)) : noEffect,
    judged.buildsIndex ? scanEach([handle, ...partitionsOf(handle, context)]) : noEffect,
    foreignKeysOf(judged, column, target),
  );
  return merge(lockTree(target), atMost(unsure, effects));
};

/** By an earlier sub-command of the same statement. */
function isAddedBefore(command: AlterTableCmd, { commands }: AlterTarget): boolean {
  const name = addedName(command);
  return commands.slice(0, commands.indexOf(command)).some((earlier) => addedName(earlier) === name);
}

function addedName({ subtype, def }: AlterTableCmd): string | null {
  return subtype === 'AT_AddColumn' && def !== undefined && 'ColumnDef' in def ? (def.ColumnDef.colname ?? null) : null;
}

function hasColumn(facts: AlterTarget['handle']['facts'], { colname }: ColumnDef): boolean {
  return facts?.columns.some(({ name }) => name === colname) ?? false;
}

/** A new column that is null everywhere needs no check. */
function foreignKeysOf({ foreignKeys, isEnforced }: AddedColumn, column: ColumnDef, target: AlterTarget): EffectDraft {
  const { handle, context } = target;
  const added = { handles: [handle, ...partitionsOf(handle, context)], context };
  return merge(
    ...foreignKeys.map((key) => lockReferenced(key, target)),
    hasDefault(column) ? merge(...foreignKeys.filter(isEnforced).map((key) => scanForKey(key, added))) : noEffect,
  );
}

function hasDefault({ constraints }: ColumnDef): boolean {
  return (constraints ?? []).some((node) => 'Constraint' in node && node.Constraint.contype === 'CONSTR_DEFAULT');
}

/** What the default does when it is computed, once or for each row: it draws from a sequence, or calls code. */
function computeFill(fill: Node, { context, effectsOf }: AlterTarget): EffectDraft {
  const query = { SelectStmt: { targetList: [{ ResTarget: { val: fill } }] } };
  return atMost('possible', effectsOf(query, context));
}
