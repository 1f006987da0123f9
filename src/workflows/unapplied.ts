import type { AppliedHistory } from '../foundation/history/applied-history.js';
import type { Migration, Project } from '../model/migration.js';

/** Ids that a note names before it only counts. */
const shown = 5;

/** The migrations that a database has, in the order of the files, and those that its tool would apply next. */
export function splitByHistory(
  { migrations }: Project,
  history: AppliedHistory,
): { readonly history: readonly Migration[]; readonly change: readonly Migration[] } {
  const applied = new Set(history.applied);
  const never = new Set(history.gapConduct === 'skips' ? history.gaps : []);
  return {
    history: migrations.filter(({ id }) => applied.has(id)),
    change: migrations.filter(({ id }) => !applied.has(id) && !never.has(id)),
  };
}

/** Whether replaying the applied files leads to what the database has, as far as the tool's table tells. */
export function isWhole({ table, unknown, edited, failed, again }: AppliedHistory): boolean {
  return table !== null && [unknown, edited, failed, again].every((ids) => ids.length === 0);
}

/** What to know of a database's history before its next change; `name` is what people call the database. */
export function noteHistory({ migrations }: Project, history: AppliedHistory, name: string): readonly string[] {
  const { tool, table, wantedTable, applied, unknown, edited, failed, again, gaps } = history;
  if (table === null && tool === 'lockkeeper')
    return [`${capital(name)} has no ledger yet: nothing counts as applied.`];
  if (table === null) {
    return [
      `${capital(name)} has no table ${wantedTable} of ${tool}: nothing counts as applied. If the table has another name, say so in lockkeeper.yaml: project.placeholders: { stateTable: schema.name }.`,
    ];
  }
  return [
    `${capital(name)} has ${applied.length} of ${migrations.length} migrations applied, says ${table}.`,
    ...noteIds(
      failed,
      (ids) => `Begun in ${name} and not finished: ${ids}. See what they left there before they run again.`,
    ),
    ...noteIds(
      unknown,
      (ids) => `Applied in ${name}, but no file here has them: ${ids}. What they made is not in the history.`,
    ),
    ...noteIds(edited, (ids) => `Edited since ${name} got them: ${ids}. The history is what the files say today.`),
    ...noteIds(again, (ids) => `Applied in ${name} and due again, for their text changed or may have: ${ids}.`),
    ...noteIds(gaps, (ids) => `Not applied in ${name}, though later ones are: ${ids}. ${conduct(history)}`),
  ];
}

function conduct({ tool, gapConduct }: AppliedHistory): string {
  switch (gapConduct) {
    case 'applies':
      return `${tool} applies them next, after what came later.`;
    case 'refuses':
      return `Unless it is told otherwise, ${tool} refuses to go on.`;
    case 'skips':
      return `${tool} passes them over for ever, and so does this.`;
    default:
      return gapConduct satisfies never;
  }
}

function noteIds(ids: readonly string[], say: (ids: string) => string): readonly string[] {
  if (ids.length === 0) return [];
  const more = ids.length > shown ? ` and ${ids.length - shown} more` : '';
  return [say(`${ids.slice(0, shown).join(', ')}${more}`)];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
