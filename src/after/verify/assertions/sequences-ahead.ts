import {
  hasOrderedIndex,
  readFarthest,
  readSequencePosition,
  readSequenceUses,
  type SequenceUse,
} from '../../../foundation/integrity/sequence-positions.js';
import { onPages, walkPages } from '../../../foundation/integrity/walk-pages.js';
import { quoteIdentifier, quoteLiteral } from '../../../foundation/sql/quote-identifier.js';
import { called, defineAssertion } from '../assertion.js';
import { look, type Looked, type Partly } from '../look.js';
import { concerns, type VerifyContext } from '../verify-context.js';

/** Numbers as text, for they may be larger than a number of JSON. */
type SeenSequence = {
  readonly sequence: string;
  readonly column: string;
  readonly increment: string;
  /** What the sequence gives next. */
  readonly next: string;
  /** The farthest value that the column has; null: it has none. */
  readonly farthest: string | null;
};

export default defineAssertion<SeenSequence>({
  id: 'sequences-ahead',
  title: 'Every sequence is ahead of the column that it fills',
  inspect: async (context) => {
    const { reader } = context;
    const looked: Looked<SeenSequence>[] = [];
    for (const use of await reader.patient(() => readSequenceUses(reader.session))) {
      const { relation, sequence, column } = use;
      if (!concerns(context, [relation, sequence, ...use.sources])) continue;
      const thing = { assertion: 'sequences-ahead', relation, name: `${column} by ${sequence}` };
      looked.push(await look(context, thing, (partly) => readUse(context, use, partly)));
    }
    return looked;
  },
  judge: (seen, looked) => {
    if (!isBehind(seen)) return null;
    return {
      weight: 'error',
      message: `${called(looked)}: the sequence has to move by ${lackOf(seen)} to be past what the column has already`,
      remedy: repairOf(seen, looked.relation ?? ''),
      rows: null,
    };
  },
});

/** Rows first and the sequence after them: what comes in between has moved the sequence before. */
async function readUse(context: VerifyContext, use: SequenceUse, partly: Partly): Promise<SeenSequence> {
  const { reader } = context;
  const { sequence, column, increment } = use;
  const farthest = await readFarthestOfAll(context, use, partly);
  const { lastValue, isCalled } = await reader.patient(() => readSequencePosition(reader.session, sequence));
  const next = isCalled ? BigInt(lastValue) + increment : BigInt(lastValue);
  return { sequence, column, increment: String(increment), next: String(next), farthest };
}

interface SoFar {
  readonly source: number;
  readonly next: number;
  readonly farthest: string | null;
}

async function readFarthestOfAll(
  { reader }: VerifyContext,
  use: SequenceUse,
  { so, keep }: Partly,
): Promise<string | null> {
  const start = (so ?? { source: 0, next: 0, farthest: null }) as unknown as SoFar;
  let { farthest } = start;
  const farther = (found: string | null) => {
    if (found === null || (farthest !== null && !isFarther(found, farthest, use.increment))) return;
    farthest = found;
  };
  for (const [at, source] of use.sources.entries()) {
    if (at < start.source) continue;
    if (await reader.patient(() => hasOrderedIndex(reader.session, source, use.column))) {
      farther(await reader.patient(() => readFarthest(reader.session, use, { source, where: 'true' })));
      continue;
    }
    await walkPages(
      reader,
      { relation: source, from: at === start.source ? start.next : 0 },
      {
        read: async (pages) => {
          farther(await readFarthest(reader.session, use, { source, where: onPages(pages) }));
          return true;
        },
        onPart: (next) => keep({ source: at, next, farthest }),
      },
    );
  }
  return farthest;
}

function isFarther(one: string, other: string, increment: bigint): boolean {
  return increment < 0n ? BigInt(one) < BigInt(other) : BigInt(one) > BigInt(other);
}

function isBehind({ next, farthest, increment }: SeenSequence): boolean {
  if (farthest === null) return false;
  return next === farthest || isFarther(farthest, next, BigInt(increment));
}

/** A difference is no value of a row. */
function lackOf({ next, farthest }: SeenSequence): string {
  const difference = BigInt(farthest ?? next) - BigInt(next);
  return String((difference < 0n ? -difference : difference) + 1n);
}

/** As a statement to paste: nothing here moves a sequence. */
function repairOf({ sequence, column, increment }: SeenSequence, relation: string): string {
  const far = BigInt(increment) < 0n ? 'min' : 'max';
  return `SELECT pg_catalog.setval(${quoteLiteral(sequence)}, (SELECT ${far}(${quoteIdentifier(column)}) FROM ${relation}));`;
}
