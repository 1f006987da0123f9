import { dropKept, listKept } from './keep-schema.js';
import type { KeepPlan } from './plan-keep.js';

/** What has to be run and known around a change of which rows are kept, one line each. */
export function keepRemarks(
  plan: KeepPlan,
  how: { readonly change: string; readonly days: number },
): readonly string[] {
  const { preserve, afterUp, estimate, undecided } = plan;
  const lines = (what: string, sql: readonly (string | null)[]): readonly string[] =>
    sql.flatMap((one) => (one === null ? [] : [`${what}: ${one};`]));
  return [
    'it puts back rows that have to be kept when the migration is applied; without them it fails and changes nothing',
    ...lines('what keeping will cost', [estimate]),
    ...lines('run before the migration, in its transaction where it has one', preserve),
    ...lines('run right behind the migration, in its transaction where it has one', afterUp),
    ...lines('rows that the application has changed since and that stay as they are', [undecided]),
    `what is kept may hold personal data and expires after ${how.days} days`,
    ...lines('what is kept', [listKept]),
    ...lines('drop what is kept of this migration', [dropKept({ change: how.change })]),
    ...lines('drop what has expired', [dropKept('expired')]),
  ];
}
