import type { VacuumRelation, VacuumStmt } from '@pgsql/types';
import type { LockMode } from '../../../model/locks.js';
import type { SchemaRelation } from '../../../model/schema.js';
import { type EffectContext, handleOf, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect, rewrite, scan, unanalysed } from '../effect-draft.js';
import { isOptionOn } from '../options.js';
import type { SchemaGraph } from '../schema-graph.js';
import { hasRows, lockAll, lockIndexes } from './named-tables.js';

interface Work {
  readonly vacuum: boolean;
  readonly full: boolean;
  readonly analyze: boolean;
}

/** VACUUM and ANALYZE stop nobody who reads or writes, except VACUUM FULL, which writes each table anew. */
export function vacuumEffects(statement: VacuumStmt, context: EffectContext): EffectDraft {
  const vacuum = statement.is_vacuumcmd === true;
  const work: Work = {
    vacuum,
    full: vacuum && isOptionOn(statement.options, 'full', false),
    analyze: !vacuum || isOptionOn(statement.options, 'analyze', false),
  };
  const named = (statement.rels ?? []).flatMap((node) => ('VacuumRelation' in node ? [node.VacuumRelation] : []));
  const { graph } = context;
  if (named.length > 0) return merge(...named.map((one) => namedEffects(one, work, context)));
  if (isOptionOn(statement.options, 'only_database_stats', false)) return noEffect;
  if (graph === null) return unanalysed('every table of the database is worked through');
  const all = graph.schema.relations.filter((one) => hasRows(one) || one.kind === 'partitioned table');
  return merge(...all.map((table) => tableEffects(table, work, { graph, major: context.major })));
}

interface Where {
  readonly graph: SchemaGraph;
  readonly major: number;
}

const processed = new Set(['table', 'matview', 'partitioned table', 'foreign table']);

function namedEffects({ relation }: VacuumRelation, work: Work, context: EffectContext): EffectDraft {
  const found = resolveRelation(relation ?? {}, context);
  const { graph, major } = context;
  if (graph === null || found?.facts == null) return byText(found, work);
  if (!processed.has(found.kind)) return noEffect;
  const below = goesBelow(found.facts, relation?.inh === true, major) ? graph.descendants(found.facts.oid) : [];
  return merge(...[found.facts, ...below].map((table) => tableEffects(table, work, { graph, major })));
}

/** Partitions always, on 18 unless ONLY is said; inheritance children on 18 only. */
function goesBelow({ kind }: SchemaRelation, all: boolean, major: number): boolean {
  return major >= 18 ? all : kind === 'partitioned table';
}

function byText(relation: ReturnType<typeof resolveRelation>, work: Work): EffectDraft {
  const read = work.vacuum ? scan(relation, 'possible') : noEffect;
  // ANALYZE of a view warns and does nothing.
  if (!work.full) return merge(lock(relation, 'ShareUpdateExclusiveLock', 'possible'), read);
  return merge(lock(relation, 'AccessExclusiveLock'), rewrite(relation, 'possible'), read);
}

function tableEffects(table: SchemaRelation, work: Work, { graph }: Where): EffectDraft {
  const mode: LockMode = work.full ? 'AccessExclusiveLock' : 'ShareUpdateExclusiveLock';
  return merge(
    lock(handleOf(table), mode),
    work.full && hasRows(table) && table.populated
      ? merge(rewrite(handleOf(table)), lockIndexes(table, graph, mode), scan(handleOf(table), 'possible'))
      : noEffect,
    work.vacuum && !work.full && hasRows(table) ? scan(handleOf(table), 'possible') : noEffect,
    work.analyze ? sampledBelow(table, graph) : noEffect,
  );
}

/** Statistics of a parent are made from rows of all below it. */
function sampledBelow(table: SchemaRelation, graph: SchemaGraph): EffectDraft {
  return lockAll(graph.descendants(table.oid).filter(hasRows), 'AccessShareLock');
}
