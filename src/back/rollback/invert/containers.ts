import { objectKey } from '../../../model/schema-snapshot.js';
import type { Decision, Decisions } from './decide.js';
import type { EmitContext } from './emitter.js';
import type { Pair, Pairing } from './pair-pieces.js';
import { type Piece, textFact } from './piece.js';
import { inheritedFrom } from './pieces-of.js';
import { ownName } from './sql-names.js';

export function isDropped(decision: Decision | undefined): boolean {
  return decision?.fate === 'drop' || decision?.fate === 'rebuild';
}

export function isMade(decision: Decision | undefined): boolean {
  return decision?.fate === 'create' || decision?.fate === 'rebuild';
}

/** The pair whose drop takes this one along; itself where it needs a statement of its own. */
export function dropContainer(pair: Pair, pairing: Pairing, decisions: Decisions): Pair {
  const { after } = pair;
  if (after === null) return pair;
  for (const key of takenAlongBy(after, pairing, decisions)) {
    const holder = pairing.byAfter.get(key);
    if (holder === undefined || holder === pair || !isDropped(decisions.get(holder))) continue;
    if (holdsUpCircle(after, key, { pairing, decisions })) continue;
    return dropContainer(holder, pairing, decisions);
  }
  return pair;
}

/** Keys of what takes the piece along when it is dropped, or when the piece is no longer needed for it. */
function takenAlongBy(piece: Piece, { byAfter }: Pairing, decisions: Decisions): readonly string[] {
  const { kind, parent, identity } = piece;
  const fact = (name: string, prefix: string): readonly string[] => {
    const value = textFact(piece, name);
    return value === null ? [] : [`${prefix}${value}`];
  };
  const tableName = (parent ?? '').replace(/^(?:foreign )?table /, '');
  const table = parent === null ? undefined : byAfter.get(parent)?.after;
  const parents = [
    table?.object.facts.structure['partitionOf'],
    ...(Array.isArray(table?.object.facts.structure['inherits']) ? table.object.facts.structure['inherits'] : []),
  ].filter((one) => typeof one === 'string');
  // A partition that is detached first keeps for itself what it had from its parent; its triggers go with the detaching.
  const link = byAfter.get(`partition ${tableName}`);
  const isDetached = kind !== 'trigger' && link !== undefined && isDropped(decisions.get(link));
  const isTableDropped = parent !== null && isDropped(decisions.get(byAfter.get(parent) as Pair));
  const isAlone = isDetached && !isTableDropped;
  const isOnlyInherited = piece.facts['inherited'] === 'only' && !isAlone;
  return [
    ...(parent === null ? [] : [parent]),
    ...(kind === 'constraint' && isAlone ? [] : fact('madeBy', '')),
    ...(kind === 'index' && !isAlone ? fact('partitionOf', 'index ') : []),
    ...(kind === 'trigger' && textFact(piece, 'madeBy') !== null ? [`partition ${tableName}`] : []),
    ...(kind === 'constraint' && isOnlyInherited
      ? parents.map((one) => objectKey('constraint', `${ownName(identity)} on ${one}`))
      : []),
    ...(kind === 'column' && isOnlyInherited
      ? inheritedFrom(piece, (key) => byAfter.get(key)?.after ?? undefined)
      : []),
    ...(kind === 'sequence' ? ownersOf(piece) : []),
  ];
}

function ownersOf(sequence: Piece): readonly string[] {
  const { ownedBy } = sequence.object.facts.structure;
  return typeof ownedBy === 'string' ? [objectKey('column', ownedBy)] : [];
}

/** A foreign key between two tables of which each needs the other has to go before either. */
function holdsUpCircle(
  piece: Piece,
  table: string,
  { pairing, decisions }: { readonly pairing: Pairing; readonly decisions: Decisions },
): boolean {
  if (textFact(piece, 'type') !== 'foreign key' || table !== piece.parent) return false;
  const goal = table;
  const seen = new Set<string>();
  const open = referencedTables(piece);
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (key === goal) return true;
    const pair = pairing.byAfter.get(key);
    if (seen.has(key) || pair === undefined || !isDropped(decisions.get(pair))) continue;
    seen.add(key);
    for (const other of pairing.pairs) {
      if (other.after?.parent === key && textFact(other.after, 'type') === 'foreign key')
        open.push(...referencedTables(other.after));
    }
  }
  return false;
}

/** Keys of the tables that a foreign key refers to, its own left out. */
export function referencedTables({ dependsOn, parent }: Piece): string[] {
  return dependsOn
    .map((key) =>
      key.startsWith('column ')
        ? `table ${key.slice('column '.length).replace(/\.(?:"(?:[^"]|"")*"|[^".]*)$/, '')}`
        : key,
    )
    .filter((key) => key.startsWith('table ') && key !== parent);
}

/** The pair whose statement makes this one too; itself where it needs a statement of its own. */
export function createContainer(pair: Pair, pairing: Pairing, context: EmitContext): Pair {
  const { before } = pair;
  if (before === null || before.parent === null) return pair;
  const joins =
    (before.kind === 'column' && !/^(?:materialized )?view /.test(before.parent) && context.isMade(before.parent)) ||
    (before.kind === 'column default' && context.isInline(before)) ||
    (['inheritance', 'table type'].includes(before.kind) && context.isMade(before.parent));
  const holder = pairing.byBefore.get(before.parent);
  return joins && holder !== undefined ? createContainer(holder, pairing, context) : pair;
}
