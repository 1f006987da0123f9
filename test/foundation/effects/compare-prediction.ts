import type { ParseResult } from '@pgsql/types';
import type { Certainty, LockRequest, PredictedRelation, StatementEffects } from '../../../src/model/effects.js';
import { comparedKinds, type LockMode, lockModes, type RelationKind } from '../../../src/model/locks.js';
import { isOptionOn } from '../../../src/foundation/effects/options.js';
import { readsByPlan } from '../../../src/foundation/effects/statement-class.js';
import { qualifiedName } from '../../../src/foundation/sql/quote-identifier.js';
import { referencedRelations } from '../../../src/foundation/sql/referenced-relations.js';
import { type ObservedEffects, strengthOf } from './oracle.js';

export interface Prediction {
  readonly effects: StatementEffects;
  readonly tree: ParseResult;
  /** With a schema every pre-existing relation counts; without, only what is called certain and what the text names. */
  readonly from: 'schema' | 'text';
  /** Whether to compare what was read whole. */
  readonly compareScans: boolean;
}

const shareStrength = lockModes.indexOf('ShareLock');

/** Readable differences between what was predicted and what a server did; none when they agree. */
export function comparePrediction(observed: ObservedEffects, given: Prediction): readonly string[] {
  const prediction = given.from === 'text' ? { ...given, effects: nameTemporary(given.effects, observed) } : given;
  const { effects, tree, compareScans } = prediction;
  const relations = relationsToCompare(observed, prediction);
  return [
    ...compareBlock(observed, prediction),
    ...relations.flatMap((relation) => compareLocks(relation, observed, prediction)),
    ...compareNames('rewrite', relations, { observed: observed.rewrites, predicted: effects.rewrites }),
    ...(compareScans && !readsQuery(tree)
      ? compareNames('scan', relations, { observed: observed.scans, predicted: effects.scans })
      : []),
  ];
}

/** The text does not tell a temporary table from one in the first schema of the search path. */
function nameTemporary(effects: StatementEffects, { relations }: ObservedEffects): StatementEffects {
  const temporary = [...relations.values()].filter(({ name }) => name.startsWith('pg_temp_'));
  if (temporary.length === 0) return effects;
  const names = new Map(temporary.map(({ name }) => [`public${name.slice(name.indexOf('.'))}`, name]));
  const rename = <T extends PredictedRelation>(one: T): T => ({
    ...one,
    relation: names.get(one.relation) ?? one.relation,
  });
  return {
    ...effects,
    locks: effects.locks.map(rename),
    rewrites: effects.rewrites.map(rename),
    scans: effects.scans.map(rename),
  };
}

interface Compared {
  readonly name: string;
  /** Null for one that is not there: a wrong name, or one that the statement made. */
  readonly kind: RelationKind | null;
  readonly table: string | null;
  /** Whether it is to blame that nothing was predicted for it. */
  readonly expected: boolean;
}

function relationsToCompare(observed: ObservedEffects, { effects, tree, from }: Prediction): readonly Compared[] {
  const known = new Map([...observed.relations.values()].map((relation) => [relation.name, relation]));
  const named = new Set(referencedRelations(tree).map(({ schema, name }) => qualifiedName(schema ?? 'public', name)));
  const predicted = [...effects.locks, ...effects.rewrites, ...effects.scans].map(({ relation }) => relation);
  const names = new Set([...known.keys(), ...predicted]);
  return [...names].toSorted().map((name) => ({
    name,
    kind: known.get(name)?.kind ?? null,
    table: known.get(name)?.table ?? null,
    expected: from === 'schema' || named.has(name),
  }));
}

/** Whether REINDEX and CLUSTER concern a partitioned table, the text does not tell. */
function compareBlock({ refused }: ObservedEffects, { effects, from }: Prediction): readonly string[] {
  const predicted = effects.transactionBlock === 'refused';
  if (predicted === refused || (from === 'text' && !predicted)) return [];
  return [`transaction block: predicted ${effects.transactionBlock}, observed ${refused ? 'refused' : 'allowed'}`];
}

function compareLocks(relation: Compared, observed: ObservedEffects, prediction: Prediction): readonly string[] {
  const requests = prediction.effects.locks.filter((lock) => lock.relation === relation.name && lock.created !== true);
  // What was held before cannot be seen to be asked for again.
  const held = observed.heldBefore.get(relation.name) ?? new Set<LockMode>();
  const fresh = [...(observed.locks.get(relation.name) ?? [])].filter((mode) => !held.has(mode));
  const seen = strengthOf(fresh);
  const certain = strongest(requests, ['certain']);
  const words = `${relation.kind ?? 'unknown'} ${relation.name}: predicted ${wordsOf(requests)}, observed ${modeName(seen)}`;
  // A sampler can miss what is held for an instant: short-locks.pg.test.ts holds such statements up instead.
  if (certain > seen) return observed.refused || held.has(lockModes[certain] as LockMode) ? [] : [`lock on ${words}`];
  if (!relation.expected || seen < 0) return [];
  const exact = prediction.from === 'schema' && relation.kind !== null && comparedKinds.has(relation.kind);
  if (seen > strongest(requests, ['certain', 'possible'])) {
    const missed = seen >= shareStrength && !isCoveredIndex(relation, seen, prediction);
    return missed || exact ? [`${missed ? 'missed blocker' : 'lock'} on ${words}`] : [];
  }
  return exact && !requests.some(({ mode }) => lockModes.indexOf(mode) === seen) ? [`lock on ${words}`] : [];
}

/**
 * A lock below AccessExclusive on an index stops nobody who reads or writes the table, and one on an index of a table
 * that is as strongly locked adds nothing.
 */
function isCoveredIndex(relation: Compared, strength: number, { effects, from, tree }: Prediction): boolean {
  if (relation.kind === 'toast' || relation.kind === 'composite type' || relation.name.startsWith('pg_toast'))
    return true;
  if (relation.kind !== 'index' && relation.kind !== 'partitioned index') return false;
  if (strength < lockModes.indexOf('AccessExclusiveLock') || dropsDeadIndex(tree)) return true;
  const onTable = effects.locks.filter((lock) => lock.relation === relation.table);
  return strongest(onTable, from === 'text' ? ['certain', 'possible'] : ['certain']) >= strength;
}

/** CONCURRENTLY an index is locked for good only when no plan opens it any more. */
function dropsDeadIndex(tree: ParseResult): boolean {
  const stmt = tree.stmts?.[0]?.stmt;
  if (stmt === undefined) return false;
  if ('DropStmt' in stmt) return stmt.DropStmt.concurrent === true;
  return 'ReindexStmt' in stmt && isOptionOn(stmt.ReindexStmt.params, 'concurrently', false);
}

function compareNames(
  what: 'rewrite' | 'scan',
  relations: readonly Compared[],
  seen: { readonly observed: readonly string[]; readonly predicted: readonly PredictedRelation[] },
): readonly string[] {
  return relations.flatMap(({ name, expected }) => {
    const certainty = seen.predicted.find((one) => one.relation === name)?.certainty;
    const was = seen.observed.includes(name);
    if (was && certainty === undefined && expected) return [`${what} of ${name}: observed, not predicted`];
    return !was && certainty === 'certain' ? [`${what} of ${name}: predicted, not observed`] : [];
  });
}

/**
 * What a plan decides to read is not compared: REFRESH, EXPLAIN, cursors and CREATE TABLE AS hold queries. TRUNCATE
 * builds indexes on empty files.
 */
function readsQuery(tree: ParseResult): boolean {
  const [tag = ''] = Object.keys(tree.stmts?.[0]?.stmt ?? {});
  return readsByPlan(tree) || /^(CreateTableAs|RefreshMatView|Explain|DeclareCursor|Fetch|Truncate)Stmt$/.test(tag);
}

function strongest(requests: readonly LockRequest[], certainties: readonly Certainty[]): number {
  return strengthOf(requests.filter(({ certainty }) => certainties.includes(certainty)).map(({ mode }) => mode));
}

function modeName(strength: number): string {
  return lockModes[strength] ?? 'nothing';
}

function wordsOf(requests: readonly LockRequest[]): string {
  return requests.map(({ mode, certainty }) => `${mode} (${certainty})`).join(' + ') || 'nothing';
}
