import { diffSnapshots } from '../../foundation/catalog/snapshot/diff.js';
import { readSnapshot } from '../../foundation/catalog/snapshot/read-snapshot.js';
import { checksumTables } from '../../foundation/integrity/checksum-tables.js';
import { type DataDifference, findDataDifferences } from '../../foundation/integrity/find-data-differences.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { Clock } from '../../foundation/runtime/clock.js';
import type { BackupCheck, BackupDifference, BackupManifest, BackupTable } from '../../model/backup.js';
import type { JsonValue } from '../../model/json.js';
import type { Facet, SchemaSnapshot } from '../../model/schema-snapshot.js';

/** Where a sequence stood moves while it is dumped, and tablespaces are not on a stage: these two are only told. */
export const decidingFacets: readonly Facet[] = ['structure', 'order', 'access'];

type Judged = Omit<BackupCheck, 'id'>;

/** What a restored database has of what was recorded; null for what was not compared. */
export interface Comparison {
  readonly schema: Judged | null;
  readonly rows: Judged | null;
  readonly differences: readonly BackupDifference[];
  readonly rowDifferences: readonly string[];
  readonly notCompared: readonly string[];
}

export interface ComparisonRequest {
  readonly manifest: BackupManifest;
  readonly schema: SchemaSnapshot;
  readonly clock: Clock;
}

/** Compares the session's database, into which a backup was restored, with what the backup recorded. */
export async function compareRestored(session: Session, request: ComparisonRequest): Promise<Comparison> {
  const { manifest, schema, clock } = request;
  const since = clock.now();
  const differences = findDifferences(schema, await readSnapshot(session, { dependencies: false }));
  const judgedSchema = { ...judgeSchema(schema, differences), durationMs: Math.round(clock.now() - since) };
  const rowsSince = clock.now();
  const rows = await compareRows(session, manifest.tables);
  const skipped = manifest.dump.schemaOnly
    ? { outcome: 'skipped' as const, detail: 'only the schema was dumped' }
    : rows;
  return {
    schema: judgedSchema,
    rows: { outcome: skipped.outcome, detail: skipped.detail, durationMs: Math.round(clock.now() - rowsSince) },
    differences,
    rowDifferences: rows.differences,
    notCompared: manifest.tables.flatMap((table) => (table.counted === 'estimate' ? [table.relation] : [])),
  };
}

/**
 * How a restored schema differs from the one that was backed up, but for what only the way through text makes: an
 * expression is printed by the server and parsed again, and `(a AND b) AND c` is then one `AND` of three, which prints
 * with fewer parentheses.
 */
export function findDifferences(wanted: SchemaSnapshot, present: SchemaSnapshot): readonly BackupDifference[] {
  return diffSnapshots(wanted, present).flatMap((difference): readonly BackupDifference[] => {
    const { change, kind, identity } = difference;
    if (change !== 'changed') return [{ change, kind, identity, facets: [] }];
    const facts = difference.facts.filter(({ before, after }) => bare(before) !== bare(after));
    const facets = [...new Set(facts.map(({ facet }) => facet))];
    return facets.length === 0 ? [] : [{ change, kind, identity, facets }];
  });
}

function bare(fact: JsonValue | undefined): string {
  return fact === undefined ? '' : JSON.stringify(fact).replaceAll(/[()\s]/g, '');
}

/** Whether a difference is more than a sequence that moved, or a place on disk. */
export function isDeciding({ change, facets }: BackupDifference): boolean {
  return change !== 'changed' || facets.some((facet) => decidingFacets.includes(facet));
}

function judgeSchema(
  { objects }: SchemaSnapshot,
  differences: readonly BackupDifference[],
): Omit<Judged, 'durationMs'> {
  const deciding = differences.filter(isDeciding);
  const rest = differences.length - deciding.length;
  const told = rest === 0 ? '' : `; ${rest} differ in sequence positions or physical settings`;
  if (deciding.length === 0) return { outcome: 'passed', detail: `${objects.length} objects are as they were${told}` };
  const named = deciding.slice(0, 5).map(({ kind, identity }) => `${kind} ${identity}`);
  return { outcome: 'failed', detail: `${deciding.length} objects differ: ${named.join(', ')}${told}` };
}

async function compareRows(session: Session, tables: readonly BackupTable[]) {
  const summed = tables.flatMap((table) => (table.counted === 'checksum' ? [{ ...table, missing: [] }] : []));
  const after = await checksumTables(session, summed);
  const differences = findDataDifferences(summed, after).map(inWords);
  const rows = summed.reduce((sum, table) => sum + table.rows, 0);
  const left = tables.length - summed.length;
  const told = left === 0 ? '' : `; ${left} were too large to be summed, and are only restored`;
  return differences.length === 0
    ? {
        outcome: 'passed' as const,
        detail: `${rows} rows of ${summed.length} tables are as they were${told}`,
        differences,
      }
    : { outcome: 'failed' as const, detail: `rows of ${differences.length} tables differ${told}`, differences };
}

function inWords(difference: DataDifference): string {
  const { kind, relation } = difference;
  switch (kind) {
    case 'table-gone':
      return `${relation} is missing, with ${difference.rowsBefore} rows`;
    case 'columns-gone':
      return `${relation} lacks ${difference.columns.join(', ')}`;
    case 'count':
      return `${relation} has ${difference.rowsAfter} rows instead of ${difference.rowsBefore}`;
    case 'values':
      return `${relation} has other values in its ${difference.rows} rows`;
    default:
      return difference satisfies never;
  }
}
