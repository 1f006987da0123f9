import type { SchemaSnapshot } from '../../../model/schema-snapshot.js';
import { columnOrderRemarks } from './column-order.js';
import { isMade } from './containers.js';
import { type Decision, type Decisions, decide } from './decide.js';
import { alterShared, createShared } from './emit/access.js';
import { leaveToCoercion } from './emit/implicit-casts.js';
import { emitterOf } from './emit/index.js';
import { renameStatements } from './emit/rename.js';
import type { Draft, EmitContext } from './emitter.js';
import type { Inversion, InversionHints, Remark, RollbackStatement } from './inversion.js';
import { orderWork, type Work } from './order.js';
import { type Pair, pairPieces, type Pairing } from './pair-pieces.js';
import { contextFor } from './emit-context.js';

/**
 * The DDL that leads from the schema after a change back to that before it, dependents first and without any CASCADE.
 * What it cannot put back exactly stands in `declared`, what it leaves out in `refused`: neither is silent.
 */
export function invertChange(before: SchemaSnapshot, after: SchemaSnapshot, hints: InversionHints = {}): Inversion {
  const pairing = pairPieces(before, after, hints);
  let context: EmitContext | undefined;
  const decisions = decide(
    pairing,
    (known) => (context = contextFor({ pairing, decisions: known, major: before.major, hints })),
  );
  if (context === undefined) throw new Error('decisions were made without a context');
  const refused = refusals(decisions);
  const { sorted, stuck } = orderWork({ pairing, decisions, context });
  const emission: Emission = { pairing, decisions, context };
  const steps = sorted.flatMap(({ work }) => emit(work, emission));
  const circle = stuck
    .flatMap(({ work }) => work.pairs)
    .map((pair) => remark(pair, 'what it needs waits for it in a circle'));
  return {
    steps: [...settingsFor(decisions), ...steps],
    declared: [...declarations(decisions), ...columnOrderRemarks(pairing, decisions)],
    refused: [...refused, ...circle],
  };
}

interface Emission {
  readonly pairing: Pairing;
  readonly decisions: Decisions;
  readonly context: EmitContext;
}

function keyOf({ before, after }: Pair): string {
  return (before ?? after)?.key ?? '';
}

function remark(pair: Pair, reason: string): Remark {
  return { about: keyOf(pair), reason };
}

function refusals(decisions: Decisions): readonly Remark[] {
  return [...decisions.values()].flatMap(({ pair, fate, reason }) => {
    if (fate === 'refused') return [remark(pair, reason ?? 'no way back is known')];
    const kind = (pair.before ?? pair.after)?.kind;
    const acts = fate !== 'keep' && fate !== 'alter';
    if (!acts || kind === undefined || emitterOf(kind) !== undefined) return [];
    return [remark(pair, `nothing is known that would make or drop a ${kind}`)];
  });
}

function declarations(decisions: Decisions): readonly Remark[] {
  return [...decisions.values()].flatMap((decision) => {
    const { pair, alteration, fate } = decision;
    const said = alteration !== null && 'declared' in alteration ? (alteration.declared ?? []) : [];
    const anew =
      isMade(decision) && pair.before?.kind === 'materialized view' && pair.before.facts['unpopulated'] !== true;
    // A table of the change takes along whatever the application wrote into it since.
    const { after } = pair;
    const isNew = fate === 'drop' && after?.kind === 'table' && after.facts['partitionKey'] === undefined;
    const invalid = isMade(decision) && pair.before?.kind === 'index' && pair.before.facts['invalid'] === true;
    return [
      ...(fate === 'alter' || fate === 'rebuild' ? said : []),
      ...(anew ? ['its rows are computed anew'] : []),
      ...(isNew ? ['it is dropped with the rows that were written to it since'] : []),
      ...(invalid ? ['it was invalid and is made whole'] : []),
    ].map((reason) => remark(pair, reason));
  });
}

/** Bodies may name what is only made after them. */
function settingsFor(decisions: Decisions): readonly RollbackStatement[] {
  const makes = ({ pair, fate }: Decision): boolean =>
    ['function', 'procedure'].includes(pair.before?.kind ?? '') && fate !== 'keep' && fate !== 'refused';
  const first = [...decisions.values()].find(makes);
  if (first === undefined) return [];
  return [{ sql: 'SET LOCAL check_function_bodies = off', transactional: true, about: keyOf(first.pair) }];
}

function emit(work: Work, emission: Emission): readonly RollbackStatement[] {
  if (work.act === 'rename') {
    const pairs = emission.pairing.pairs.filter((pair) => isKept(emission.decisions.get(pair)));
    return renameStatements(pairs, emission.pairing.names).map(({ sql, about }) => ({
      sql,
      about,
      transactional: true,
    }));
  }
  return work.pairs.flatMap((pair, at) => {
    const drafts = work.act === 'drop' && at > 0 ? [] : draftsFor(pair, work, emission);
    const isBody = ['function', 'procedure'].includes((pair.before ?? pair.after)?.kind ?? '');
    return drafts.map((draft) => {
      const { sql, transactional } = typeof draft === 'string' ? { sql: draft, transactional: true } : draft;
      return { sql: isBody ? sql : leaveToCoercion(sql), transactional, about: keyOf(pair) };
    });
  });
}

function isKept(decision: Decision | undefined): boolean {
  return decision !== undefined && ['keep', 'alter', 'swap'].includes(decision.fate);
}

function draftsFor(pair: Pair, { act, late }: Work, { decisions, context }: Emission): readonly Draft[] {
  const decision = decisions.get(pair);
  const { before, after, current } = pair;
  const emitter = emitterOf((before ?? after)?.kind ?? 'schema');
  if (decision === undefined || emitter === undefined) return [];
  const { alteration, change, shared } = decision;
  switch (act) {
    case 'drop': {
      const piece = late ? current : after;
      return piece === null ? [] : emitter.drop(piece, context);
    }
    case 'create':
      return before === null ? [] : [...emitter.create(before, context), ...createShared(before, context)];
    case 'alter':
      if (change === null || alteration?.how !== 'in place') return [];
      return [...alteration.statements, ...alterShared(change.from, change.to, { shared, context })];
    case 'step aside':
      return alteration?.how === 'swap' ? alteration.aside : [];
    case 'drop aside':
      return alteration?.how === 'swap' ? alteration.dropAside : [];
    case 'rename':
      return [];
    default:
      return act satisfies never;
  }
}
