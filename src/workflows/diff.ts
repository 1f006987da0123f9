import { diffSnapshots } from '../foundation/catalog/snapshot/diff.js';
import { fingerprintOf } from '../foundation/catalog/snapshot/fingerprint.js';
import { normaliseAcrossMajors } from '../foundation/catalog/snapshot/normalise-across-majors.js';
import { redactSecrets } from '../foundation/records/redact-secrets.js';
import { readEnvironment } from '../foundation/runtime/environment.js';
import { loadParser } from '../foundation/sql/parse.js';
import { type DumpText, readDump } from '../foundation/stage/load-dump.js';
import type { DiffReport, DiffSide } from '../model/diff-report.js';
import { type Facet, facets } from '../model/schema-snapshot.js';
import { leaveOutTables } from './diff/leave-out-tables.js';
import { type Operand, readOperand } from './diff/operand.js';
import {
  readDatabaseSide,
  readDumpSide,
  readMigrationsSide,
  type ReadSide,
  type SideOptions,
} from './diff/read-side.js';
import { reportDifferences } from './diff/report-differences.js';
import type { OnProgress } from './progress.js';
import { type ConfiguredRequest, loadConfigOf } from './project-request.js';
import { type SelectedMigrations, selectMigrations } from './select-migrations.js';
import { tool } from './tool-version.js';

export interface DiffRequest extends ConfiguredRequest {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Each a connection string, a configured target, a folder of migrations, or a dump. */
  readonly before: string;
  readonly after: string;
  /** What is compared. */
  readonly facets: readonly Facet[];
  /** The major on which folders and dumps are tried; null: the other side's, the dump's own, or the configured one. */
  readonly major: number | null;
  /** Tables that migration tools keep for themselves count too. */
  readonly withToolTables?: boolean;
}

/** An operand, with what its files say. */
type Prepared =
  | Extract<Operand, { source: 'database' }>
  | { readonly source: 'migrations'; readonly name: string; readonly selected: SelectedMigrations }
  | { readonly source: 'dump'; readonly name: string; readonly dump: DumpText };

/**
 * Compares two schemas. Databases are read in one read-only transaction each; folders and dumps are tried on servers of
 * our own, of the other side's major. @throws ChangeSafetyError when a side cannot be read or tried.
 */
export async function diff(request: DiffRequest): Promise<DiffReport> {
  const { cwd, env, signal, onProgress } = request;
  const loaded = await loadConfigOf(request);
  const findsToolTables = request.withToolTables !== true;
  const options: SideOptions = { loaded, env, signal, onProgress, findsToolTables };
  const operands = [await readOperand(request.before, loaded, cwd), await readOperand(request.after, loaded, cwd)];
  await loadParser();
  const prepared = await Promise.all(operands.map((operand) => prepare(operand, request, options)));
  const sides = await readSides(prepared, request.major, options);
  return redactSecrets(compare(prepared, sides, request.facets), loaded.secrets);
}

async function prepare(
  operand: Operand,
  { cwd, env, signal }: DiffRequest,
  { loaded }: SideOptions,
): Promise<Prepared> {
  if (operand.source === 'database') return operand;
  const { source, name, path } = operand;
  if (source === 'dump') {
    return { source, name, dump: await readDump(path, { environment: readEnvironment(env), signal }) };
  }
  const { format, placeholders } = loaded.config.project;
  const place = { cwd, dir: path, format, placeholders };
  return { source, name, selected: await selectMigrations(place, { paths: [path], all: true }, null) };
}

/** Databases first: they say on which major the rest is tried. */
async function readSides(
  prepared: readonly Prepared[],
  wanted: number | null,
  options: SideOptions,
): Promise<readonly ReadSide[]> {
  const projects = prepared.flatMap((side) => (side.source === 'migrations' ? [side.selected] : []));
  const databases = await Promise.all(
    prepared.map(async (side) => {
      if (side.source !== 'database') return null;
      options.onProgress({ kind: 'phase', text: `Reading ${side.name}` });
      return readDatabaseSide(side.url, projects, options);
    }),
  );
  const ofDatabase = databases.find((side) => side !== null)?.snapshot.major ?? null;
  const ofDump = prepared
    .map((side) => (side.source === 'dump' ? side.dump.major : null))
    .find((major) => major !== null);
  const major = wanted ?? ofDatabase ?? ofDump ?? options.loaded.config.stage.major;
  const sides: ReadSide[] = [];
  for (const [at, side] of prepared.entries()) {
    const read = databases[at];
    if (read !== null && read !== undefined) sides.push(read);
    else if (side.source === 'migrations') sides.push(await readMigrationsSide(side.selected, major, options));
    else if (side.source === 'dump')
      sides.push(await readDumpSide(side.dump, wanted ?? side.dump.major ?? major, options));
  }
  return sides;
}

function compare(prepared: readonly Prepared[], sides: readonly ReadSide[], compared: readonly Facet[]): DiffReport {
  // What a tool keeps on one side is no part of the schema on the other either.
  const leftOut = [...new Set(sides.flatMap(({ stateTables }) => stateTables))];
  const [before, after] = sides.map(({ snapshot }) => leaveOutTables(snapshot, leftOut));
  if (before === undefined || after === undefined) throw new Error('two sides are compared');
  const normalised = normaliseAcrossMajors(before, after);
  const differ = (chosen: readonly Facet[]) => diffSnapshots(normalised.before, normalised.after, { facets: chosen });
  const differences = reportDifferences(differ(compared), normalised, compared);
  const told = [before, after].map(
    (snapshot, at): DiffSide => ({
      name: prepared[at]?.name ?? '',
      source: prepared[at]?.source ?? 'database',
      server: { version: sides[at]?.version ?? '', major: snapshot.major },
      objects: snapshot.objects.length,
      fingerprint: fingerprintOf(snapshot),
    }),
  );
  return {
    kind: 'diff',
    version: 1,
    tool,
    before: told[0] as DiffSide,
    after: told[1] as DiffSide,
    facets: compared,
    same: differences.length === 0,
    differences,
    totals: Object.fromEntries(facets.map((facet) => [facet, differ([facet]).length])) as DiffReport['totals'],
    normalisations: normalised.titles,
    notes: [
      ...sides.flatMap(({ notes }) => notes),
      ...leftOut.map((table) => `Left out: ${table}, which the migration tool keeps for itself.`),
    ],
  };
}
