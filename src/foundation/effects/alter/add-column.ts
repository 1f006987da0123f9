import type { ColumnDef, Node } from '@pgsql/types';
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

/** ADD COLUMN, and ADD ATTRIBUTE of a composite type. */
export const addColumn: CommandEffects = ({ def, missing_ok }, target) => {
  if (def === undefined || !('ColumnDef' in def)) return noEffect;
  const column = def.ColumnDef;
  const { facts } = target.handle;
  const exists = facts?.columns.some(({ name }) => name === column.colname) ?? false;
  if (exists && missing_ok === true) return noEffect;
  const judged = judgeColumn(column, target.context);
  const { handle, context } = target;
  const unsure = missing_ok === true && context.graph === null ? 'possible' : 'certain';
  const without = treeOf(target).filter((one) => one === handle || !hasColumn(one.facts, column));
  const effects = merge(
    judged.rewrite === null ? noEffect : rewriteEach(without, context, judged.rewrite),
    judged.rewrite === null || judged.fill === null ? noEffect : computeFill(judged.fill, target),
    judged.checksRows ? scanEach(treeOf(target)) : noEffect,
    judged.buildsIndex ? scanEach([handle, ...partitionsOf(handle, context)]) : noEffect,
    foreignKeysOf(judged, column, target),
  );
  return merge(lockTree(target), atMost(unsure, effects));
};

function hasColumn(facts: AlterTarget['handle']['facts'], { colname }: ColumnDef): boolean {
  return facts?.columns.some(({ name }) => name === colname) ?? false;
}

/** A new column that is null everywhere needs no check. */
function foreignKeysOf({ foreignKeys }: AddedColumn, column: ColumnDef, target: AlterTarget): EffectDraft {
  return merge(
    ...foreignKeys.map((key) => lockReferenced(key, target)),
    hasDefault(column) ? merge(...foreignKeys.map((key) => scanForKey(key, target))) : noEffect,
  );
}

function hasDefault({ constraints }: ColumnDef): boolean {
  return (constraints ?? []).some((node) => 'Constraint' in node && node.Constraint.contype === 'CONSTR_DEFAULT');
}

/** What the default does each time it is computed, if there are rows: it draws from a sequence, or calls code. */
function computeFill(fill: Node, { context, effectsOf }: AlterTarget): EffectDraft {
  const query = { SelectStmt: { targetList: [{ ResTarget: { val: fill } }] } };
  return atMost('possible', effectsOf(query, context));
}
