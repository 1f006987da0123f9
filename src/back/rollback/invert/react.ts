import type { Decision } from './decide.js';

export type Reaction = 'none' | 'rebuild' | 'retype' | 'refuse';

/** Compiled for the types of the columns they name: the server refuses to change the type under them. */
const compiled: ReadonlySet<string> = new Set([
  'view',
  'materialized view',
  'rule',
  'policy',
  'trigger',
  'publication',
  'function',
  'procedure',
  'column default',
  'table type',
]);

/** Hold what cannot be made again. */
const holdsData: ReadonlySet<string> = new Set(['table', 'foreign table', 'column', 'sequence', 'schema']);

/** Can be led over to the successor of a type, where others are made again for it. */
const isMadeOfTypes: ReadonlySet<string> = new Set(['column', 'domain', 'type', 'composite type']);

const typeLike: ReadonlySet<string> = new Set(['type', 'domain', 'composite type', 'collation']);

/** What has to become of an object because of what becomes of one that it depends on. */
export function reactionTo(cause: Decision, dependent: Decision): Reaction {
  const { after, before } = dependent.pair;
  const { after: under } = cause.pair;
  if (after === null || before === null || under === null) return 'none';
  // Those of a table that is only detached stay with it.
  if (after.kind === 'partition' && under.kind === 'partition' && cause.fate === 'drop') return 'none';
  // It is moved back out of a schema of the change.
  if (after.kind === 'extension' && under.kind === 'schema' && before.facts['schema'] !== after.facts['schema'])
    return 'none';
  const isPart = after.parent === under.key;
  const isDerived = after.kind === 'column' && after.facts['generated'] !== undefined && !isPart;
  if (cause.fate === 'alter') {
    if (isDerived && after.parent === under.parent) return 'rebuild';
    // Its two sides change one after the other, and between that no operator may compare them.
    if (after.kind === 'constraint' && after.facts['type'] === 'foreign key') return 'rebuild';
    return compiled.has(after.kind) && (!isPart || after.kind === 'column default') ? 'rebuild' : 'none';
  }
  if (cause.fate === 'swap') {
    if (isMadeOfTypes.has(after.kind)) return 'retype';
    return holdsData.has(after.kind) ? 'none' : 'rebuild';
  }
  if (isPart || isDerived) return 'rebuild';
  if (!holdsData.has(after.kind)) return 'rebuild';
  const stillNeeds = cause.fate === 'rebuild' && dependent.fate === 'keep';
  return after.kind === 'column' && typeLike.has(under.kind) && stillNeeds ? 'refuse' : 'none';
}
