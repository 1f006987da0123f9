import { diffSnapshots } from '../../../foundation/catalog/snapshot/diff.js';
import { type DataDifference, findDataDifferences } from '../../../foundation/integrity/find-data-differences.js';
import type { Facet, SchemaSnapshot } from '../../../model/schema-snapshot.js';
import type { DatabaseState } from './read-state.js';
import { describeObject } from './describe-difference.js';
import { comparePositions } from './compare-positions.js';

export interface StateComparison {
  /** What of the schema, rights, storage and positions is not as it was; one line each. */
  readonly schema: readonly string[];
  readonly data: readonly DataDifference[];
  /** Relations whose columns stand in another order. */
  readonly columnOrder: readonly string[];
  /** Sequences that gave out numbers; they are not to give them again. */
  readonly notes: readonly string[];
  /** Materialised views whose rows came of an earlier refresh, and are computed anew. */
  readonly recomputed: readonly string[];
}

export interface ComparisonOptions {
  /** A script in between sets positions of sequences by its own words: then every difference of a position counts. */
  readonly setsPositions: boolean;
}

const strictFacets: readonly Facet[] = ['structure', 'access', 'physical'];

/** What is not as it was. `after` must have been read with the scope of `before`. */
export function compareStates(
  before: DatabaseState,
  after: DatabaseState,
  { setsPositions }: ComparisonOptions,
): StateComparison {
  const objects = diffSnapshots(before.snapshot, after.snapshot, { facets: strictFacets });
  const positions = comparePositions(before.snapshot, after.snapshot, setsPositions);
  const differences = findDataDifferences(before.data, after.data);
  // Only from rows that are as they were do they give what they would have given before.
  const isRecomputed = differences.every(({ relation }) => after.recomputed?.has(relation) === true);
  return {
    schema: [...objects.flatMap(describeObject), ...positions.faults],
    data: isRecomputed ? [] : differences,
    columnOrder: reordered(before.snapshot, after.snapshot),
    notes: positions.advanced,
    recomputed: isRecomputed ? differences.map(describeRecomputed) : [],
  };
}

function describeRecomputed(difference: DataDifference): string {
  const count =
    difference.kind === 'count' ? `, ${difference.rowsAfter} where there were ${difference.rowsBefore}` : '';
  return `${difference.relation}: it was not up to date; its rows are computed anew${count}`;
}

/** Only of relations that have the same columns: else the difference is told already. */
function reordered(before: SchemaSnapshot, after: SchemaSnapshot): readonly string[] {
  const moved = diffSnapshots(before, after, { facets: ['order'] }).flatMap((difference) =>
    difference.change === 'changed' ? [difference.identity] : [],
  );
  if (moved.length === 0) return [];
  const places = new Set(moved);
  const columns = before.objects.filter(({ kind, identity }) => kind === 'column' && places.has(identity));
  return [...new Set(columns.map(({ parent, identity }) => (parent ?? identity).replace(relationKind, '')))].toSorted();
}

const relationKind = /^(?:table|view|materialized view|foreign table|composite type) /;
