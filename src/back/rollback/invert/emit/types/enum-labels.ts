/** What leads from the labels of an enum after a change to those before it. */
export type LabelPlan =
  | { readonly way: 'rename'; readonly renames: readonly (readonly [from: string, to: string])[] }
  /** Only a new type can lose labels, or get them in another order; `lost` are those that rows must not use. */
  | { readonly way: 'rebuild'; readonly lost: readonly string[] };

/**
 * Labels that stand where others stood were renamed: it takes as many labels as before, and no new one that was there
 * before at another place. Everything else is a rebuild; labels that the change took away too, because a label that was
 * just added cannot be used in its own transaction.
 */
export function planLabels(after: readonly string[], before: readonly string[]): LabelPlan {
  const replaced = after.flatMap((label, at) => {
    const old = before[at];
    return old === undefined || old === label ? [] : [[label, old] as const];
  });
  const isRename = replaced.every(([young, old]) => !before.includes(young) && !after.includes(old));
  if (after.length === before.length && isRename) return { way: 'rename', renames: replaced };
  return { way: 'rebuild', lost: after.filter((label) => !before.includes(label)) };
}
