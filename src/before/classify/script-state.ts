import type { A_Const, Node, VariableSetStmt } from '@pgsql/types';
import { quoteIdentifier } from '../../foundation/sql/quote-identifier.js';
import { transactionControl } from '../../foundation/effects/transaction-control.js';
import type { LockRequest } from '../../model/effects.js';
import type { JudgedStatement } from './judged-statement.js';
import { heldAfter, type HeldModes, nothingHeld } from './locks/held-locks.js';

/** What the statements before leave behind: settings, the open transaction, and what was made. */
export interface ScriptState {
  readonly settings: ReadonlyMap<string, string>;
  /** Settings as they were when the transaction began: SET LOCAL and a rollback lead back to them. */
  readonly outside: ReadonlyMap<string, string>;
  readonly inTransaction: boolean;
  /** Report names of relations that the migration made. */
  readonly created: ReadonlySet<string>;
  /** Locks that the open transaction holds on relations that existed before the migration. */
  readonly held: readonly LockRequest[];
  /** Modes that it holds for certain, on what the migration made too. */
  readonly heldModes: HeldModes;
  readonly addedEnumValues: ReadonlySet<string>;
}

/** The state at a migration's first statement. */
export function initialState(inTransaction: boolean): ScriptState {
  return {
    settings: new Map(),
    outside: new Map(),
    inTransaction,
    created: new Set(),
    held: [],
    heldModes: nothingHeld,
    addedEnumValues: noValues,
  };
}

/** The state after one more statement. */
export function advance(state: ScriptState, judged: JudgedStatement): ScriptState {
  const control = judged.inside === null ? transactionControl(judged.tree) : null;
  if (control === 'begin')
    return { ...state, inTransaction: true, outside: state.settings, held: nothing, heldModes: nothingHeld };
  if (control === 'commit' || control === 'rollback') return closeTransaction(state);
  const { inTransaction } = state;
  const { settings, outside } = settingsAfter(state, judged.node);
  return {
    settings,
    outside,
    inTransaction,
    created: withNewNames(withMade(state.created, judged), judged),
    held: inTransaction ? withFresh(state, judged) : nothing,
    heldModes: inTransaction ? heldAfter(state.heldModes, judged) : nothingHeld,
    addedEnumValues: inTransaction ? withAdded(state.addedEnumValues, judged.node) : noValues,
  };
}

// States outlive their statements, and most of them have nothing of their own.
const nothing: readonly never[] = [];
const noValues: ReadonlySet<string> = new Set();

function withMade(created: ReadonlySet<string>, { effects }: JudgedStatement): ReadonlySet<string> {
  const made = effects.locks.filter((request) => request.created === true);
  return made.length === 0 ? created : new Set([...created, ...made.map(({ relation }) => relation)]);
}

function withFresh({ created, held }: ScriptState, { effects }: JudgedStatement): readonly LockRequest[] {
  const fresh = effects.locks.filter(
    (request) => request.created !== true && !created.has(request.relation) && !isHeld(request, held),
  );
  return fresh.length === 0 ? held : [...held, ...fresh];
}

/** Thousands of statements on the same table hold its lock once. */
function isHeld({ relation, mode, certainty }: LockRequest, held: readonly LockRequest[]): boolean {
  return held.some((one) => one.relation === relation && one.mode === mode && one.certainty === certainty);
}

/** What the migration made stays its own under a new name or in another schema. */
function withNewNames(created: ReadonlySet<string>, { node, effects }: JudgedStatement): ReadonlySet<string> {
  const moved = movedTo(node);
  if (moved === null) return created;
  const target = effects.locks.find((request) => request.mode === 'AccessExclusiveLock');
  if (target === undefined || !created.has(target.relation)) return created;
  const [schema = '', name = ''] = nameParts(target.relation);
  return new Set([...created, `${moved.schema ?? schema}.${moved.name ?? name}`]);
}

function movedTo(node: Node): { readonly schema: string | null; readonly name: string | null } | null {
  if ('RenameStmt' in node) {
    const { renameType, newname = '' } = node.RenameStmt;
    const relations = ['OBJECT_TABLE', 'OBJECT_INDEX', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_SEQUENCE'];
    return relations.includes(renameType ?? '') ? { schema: null, name: quoteIdentifier(newname) } : null;
  }
  if (!('AlterObjectSchemaStmt' in node) || node.AlterObjectSchemaStmt.relation === undefined) return null;
  return { schema: quoteIdentifier(node.AlterObjectSchemaStmt.newschema ?? ''), name: null };
}

/** The two parts of a report name, still quoted. */
function nameParts(relation: string): readonly string[] {
  return relation.match(/"(?:[^"]|"")*"|[^."]+/g) ?? [];
}

function closeTransaction(state: ScriptState): ScriptState {
  return {
    ...state,
    settings: state.outside,
    inTransaction: false,
    held: nothing,
    heldModes: nothingHeld,
    addedEnumValues: noValues,
  };
}

function settingsAfter(state: ScriptState, node: Node): Pick<ScriptState, 'settings' | 'outside'> {
  const change = 'VariableSetStmt' in node ? settingOf(node.VariableSetStmt) : setConfigOf(node);
  if (change === null) return { settings: state.settings, outside: state.outside };
  const settings = withSetting(state.settings, change);
  // SET LOCAL outside a transaction has no effect.
  if (change.local) return { settings: state.inTransaction ? settings : state.settings, outside: state.outside };
  return { settings, outside: withSetting(state.outside, change) };
}

interface SettingChange {
  readonly name: string;
  /** Null puts the default back. */
  readonly value: string | null;
  readonly local: boolean;
}

function withSetting(settings: ReadonlyMap<string, string>, { name, value }: SettingChange): Map<string, string> {
  const next = new Map(settings);
  if (name === '') next.clear();
  else if (value === null) next.delete(name);
  else next.set(name, value);
  return next;
}

function settingOf(set: VariableSetStmt): SettingChange | null {
  const name = (set.name ?? '').toLowerCase();
  const local = set.is_local === true;
  switch (set.kind) {
    case 'VAR_SET_VALUE':
      return { name, value: (set.args ?? []).map(constantText).join(', '), local };
    case 'VAR_SET_DEFAULT':
    case 'VAR_RESET':
      return { name, value: null, local };
    case 'VAR_RESET_ALL':
      return { name: '', value: null, local };
    default:
      return null;
  }
}

/** `SELECT set_config('lock_timeout', '2s', true)`, with constants. */
function setConfigOf(node: Node): SettingChange | null {
  if (!('SelectStmt' in node)) return null;
  const [target] = node.SelectStmt.targetList ?? [];
  const value = target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (value === undefined || !('FuncCall' in value)) return null;
  const { funcname = [], args = [] } = value.FuncCall;
  const last = funcname.at(-1);
  if (last === undefined || !('String' in last) || last.String.sval !== 'set_config' || args.length !== 3) return null;
  const [name = '', text = '', local = ''] = args.map(constantText);
  return name === '' ? null : { name: name.toLowerCase(), value: text, local: local === 'true' };
}

function constantText(node: Node): string {
  if ('TypeCast' in node) return node.TypeCast.arg === undefined ? '' : constantText(node.TypeCast.arg);
  return 'A_Const' in node ? textOf(node.A_Const) : '';
}

function textOf(constant: A_Const): string {
  if (constant.sval !== undefined) return constant.sval.sval ?? '';
  if (constant.ival !== undefined) return String(constant.ival.ival ?? 0);
  if (constant.fval !== undefined) return constant.fval.fval ?? '';
  if (constant.boolval !== undefined) return String(constant.boolval.boolval ?? false);
  return '';
}

function withAdded(values: ReadonlySet<string>, node: Node): ReadonlySet<string> {
  if (!('AlterEnumStmt' in node)) return values;
  const { newVal, oldVal } = node.AlterEnumStmt;
  return newVal === undefined || oldVal !== undefined ? values : new Set([...values, newVal]);
}
