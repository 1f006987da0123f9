import type { ColumnDef, Node } from '@pgsql/types';
import { resolveRelation } from '../effect-context.js';
import { atMost, type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import {
  type AlterTarget,
  type CommandEffects,
  descendantsOf,
  lockTree,
  partitionsOf,
  rewriteEach,
  scanEach,
  treeOf,
} from './alter-target.js';
import { type AddedColumn, judgeColumn } from './added-column.js';
import { lockReferenced } from './foreign-key.js';
import { functionCalls, functionName } from './volatility.js';

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
    judged.rewrite === null || judged.fill === null ? noEffect : lockSequences(judged.fill, target),
    judged.checksRows ? scanEach(treeOf(target)) : noEffect,
    judged.buildsIndex ? scanEach([handle, ...partitionsOf(handle, context)]) : noEffect,
    foreignKeysOf(judged, target),
  );
  return merge(lockTree(target), atMost(unsure, effects));
};

function hasColumn(facts: AlterTarget['handle']['facts'], { colname }: ColumnDef): boolean {
  return facts?.columns.some(({ name }) => name === colname) ?? false;
}

/** A new column that is null everywhere needs no check, unless another sub-command spoils that shortcut. */
function foreignKeysOf({ foreignKeys }: AddedColumn, target: AlterTarget): EffectDraft {
  if (foreignKeys.length === 0) return noEffect;
  const { handle, context } = target;
  return merge(
    ...foreignKeys.map((key) => lockReferenced(key, target)),
    checksNewKeys(target) ? scanEach([handle, ...descendantsOf(handle, context)]) : noEffect,
  );
}

function checksNewKeys({ commands, context }: AlterTarget): boolean {
  return commands.some(({ subtype, def }) => {
    if (def === undefined) return false;
    if (subtype === 'AT_AddColumn' && 'ColumnDef' in def) return judgeColumn(def.ColumnDef, context).fill !== null;
    return subtype === 'AT_AddConstraint' && 'Constraint' in def && def.Constraint.contype === 'CONSTR_FOREIGN';
  });
}

/** Filling the rows draws from the sequence, if there are rows. */
function lockSequences(fill: Node, { context }: AlterTarget): EffectDraft {
  const calls = functionCalls(fill).filter((call) => sequenceFunctions.has(functionName(call).name));
  return merge(
    ...calls.map(({ args }) => {
      const name = literalOf(args?.[0]);
      if (name === null) return noEffect;
      const parts = name.split('.').map((part) => part.replace(/^"(.*)"$/, '$1').replaceAll('""', '"'));
      const schemaname = parts.at(-2);
      const relation = { relname: parts.at(-1) ?? '', ...(schemaname === undefined ? {} : { schemaname }) };
      return lock(resolveRelation(relation, context, 'sequence'), 'RowExclusiveLock', 'possible');
    }),
  );
}

const sequenceFunctions: ReadonlySet<string> = new Set(['nextval', 'currval', 'setval']);

function literalOf(node: Node | undefined): string | null {
  if (node === undefined) return null;
  if ('TypeCast' in node) return literalOf(node.TypeCast.arg);
  return 'A_Const' in node ? (node.A_Const.sval?.sval ?? null) : null;
}
