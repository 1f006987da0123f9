import { isMade } from './containers.js';
import type { Decisions } from './decide.js';
import type { EmitContext } from './emitter.js';
import type { InversionHints } from './inversion.js';
import type { Pairing } from './pair-pieces.js';
import type { Piece } from './piece.js';

export interface ContextInput {
  readonly pairing: Pairing;
  /** Read whenever a question is asked: it fills while decisions are made. */
  readonly decisions: Decisions;
  readonly major: number;
  readonly hints: InversionHints;
}

/** What emitters may ask about the rest of the change. */
export function contextFor({ pairing, decisions, major, hints }: ContextInput): EmitContext {
  const { byBefore } = pairing;
  const before = partsByParent(pairing.pairs.flatMap((pair) => (pair.before === null ? [] : [pair.before])));
  const after = partsByParent(pairing.pairs.flatMap((pair) => (pair.current === null ? [] : [pair.current])));
  const isMadeHere = (key: string): boolean => {
    const pair = byBefore.get(key);
    const decision = pair === undefined ? undefined : decisions.get(pair);
    return isMade(decision) || decision?.fate === 'swap';
  };
  return {
    major,
    concurrently: hints.concurrently === true,
    setsPositions: hints.setsPositions === true,
    maker: hints.maker ?? null,
    before: (key) => byBefore.get(key)?.before ?? undefined,
    current: (key) => byBefore.get(key)?.current ?? undefined,
    partsBefore: (key) => before.get(key) ?? [],
    columnsAfter: ({ kind, identity }) =>
      (after.get(`${kind} ${identity}`) ?? []).filter((part) => part.kind === 'column'),
    labelsInstead: (key) => hints.labels?.[key] ?? {},
    defaultGrantees: granteesByDefault(pairing),
    isMade: isMadeHere,
    isInline: (value) => {
      const table = value.object.parent ?? '';
      // No statement that makes a view declares its columns.
      if (value.parent === null || !isMadeHere(value.parent) || /^(?:materialized )?view /.test(table)) return false;
      // A function may need the table that is being made; a column that is added needs its default for the rows.
      return !isMadeHere(table) || !value.dependsOn.some((key) => /^(?:function|aggregate) /.test(key));
    },
  };
}

/** Whoever runs the rollback: what entries before and after the change say may hold for what it makes. */
function granteesByDefault({ pairs }: Pairing): EmitContext['defaultGrantees'] {
  const grantees = new Map<string, Set<string>>();
  for (const piece of pairs.flatMap(({ before, after }) => [before, after])) {
    if (piece?.kind !== 'default privileges') continue;
    const { objects, grants } = piece.access;
    if (typeof objects !== 'string') continue;
    const known = grantees.get(objects) ?? new Set(['PUBLIC']);
    for (const { grantee } of grants as unknown as readonly { readonly grantee: string }[]) known.add(grantee);
    grantees.set(objects, known);
  }
  return (objects) => {
    const known = grantees.get(objects);
    return known === undefined ? null : [...known];
  };
}

function partsByParent(pieces: readonly Piece[]): ReadonlyMap<string, readonly Piece[]> {
  const parts = new Map<string, Piece[]>();
  for (const piece of pieces) {
    if (piece.parent === null) continue;
    const known = parts.get(piece.parent);
    if (known === undefined) parts.set(piece.parent, [piece]);
    else known.push(piece);
  }
  for (const [key, some] of parts)
    parts.set(
      key,
      some.toSorted((left, right) => positionOf(left) - positionOf(right)),
    );
  return parts;
}

export function positionOf({ kind, object }: Piece): number {
  const { position } = object.facts.order;
  return kind === 'column' && typeof position === 'number' ? position : 0;
}
