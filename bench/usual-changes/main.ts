import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { EmbeddedMajor } from '../../src/foundation/postgres/server/embedded-versions.js';
import { limitsOfTier } from '../../src/during/apply/plan/apply-limits.js';
import { usualChanges } from './changes.js';
import { type Impact, openWorld, pause, underTraffic, type World, type WorldOptions } from './world.js';
import { waysOf } from './ways.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    report: { type: 'string', default: '600' },
    rows: { type: 'string', default: '300000' },
    major: { type: 'string', default: '17' },
    changes: { type: 'string', default: '' },
    forms: { type: 'string', default: '' },
    ways: { type: 'string', default: '' },
    parallel: { type: 'string', default: '1' },
    every: { type: 'string', default: '25' },
    cli: { type: 'string', default: fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url)) },
  },
});
const [traffic = ''] = positionals;
const wanted = (name: string, some: string): boolean =>
  some === '' || some.split(',').some((part) => name.startsWith(part));

const { budget, short } = limitsOfTier(1);
const noiseMs = 50;
const limitMs = budget.queueMs + short.holdLimitMs + noiseMs;
/** What a server says of those whom locks, cancellations and recovery ended. */
const byLocks = new Set(['40P01', '40001', '55P03', '57014', '57P01', '25P03', '25P04', 'lost']);

function percentile(times: readonly number[], part: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

const shown = (ms: number): string => String(Math.round(ms));

interface Line {
  readonly change: string;
  readonly form: string;
  readonly way: string;
  readonly impact: Impact<string>;
  readonly invalid: number;
}

function cells({ change, form, way, impact, invalid }: Line): readonly string[] {
  const { result, seconds, felt, waits, brokenReport } = impact;
  const errors = Object.entries(felt.errors).map(([code, count]) => `${count} × ${code}`);
  const left = invalid > 0 ? ', left an invalid index' : '';
  return [
    change,
    form,
    way,
    `${result.replaceAll('|', '/').slice(0, 110)}${left}`,
    seconds.toFixed(1),
    `${shown(Math.max(0, ...waits.primary))} / ${shown(Math.max(0, ...waits.replica))}`,
    `${shown(percentile(felt.primary, 0.999))} / ${shown(percentile(felt.replica, 0.999))}`,
    [...errors, ...(brokenReport === null ? [] : [`report: ${brokenReport}`])].join(', ') || 'none',
  ];
}

function isWrong({ way, impact: { result, felt, waits, brokenReport } }: Line): boolean {
  if (way !== 'lockkeeper') return false;
  const slow = [felt.primary, felt.replica].some((times) => percentile(times, 0.999) > limitMs);
  const waited = [...waits.primary, ...waits.replica].some((ms) => ms > limitMs);
  if (result.startsWith('failed')) return true;
  return slow || waited || brokenReport !== null || Object.keys(felt.errors).some((code) => byLocks.has(code));
}

async function invalidIndexes({ admin }: World): Promise<number> {
  const sql = 'SELECT FROM pg_catalog.pg_index WHERE NOT indisvalid';
  return (await admin.query(sql)).rows.length;
}

const head = ['change', 'form', 'by', 'outcome', 's', 'longest wait, ms', 'p99.9, ms', 'client errors'];
const row = (columns: readonly string[]): string => `| ${columns.join(' | ')} |`;

const options: WorldOptions = {
  major: Number(values.major) as EmbeddedMajor,
  rows: Number(values.rows),
  reportSeconds: Number(values.report),
  everyMs: Number(values.every),
  traffic,
};
console.log(`PostgreSQL ${values.major}, ${values.rows} rows, reports of ${values.report} s on both servers.`);
console.log(`Waits: on the primary / on the replica. Lockkeeper's limit: ${limitMs} ms.\n`);
console.log(row(head));
console.log(row(head.map(() => '---')));

const cellsToRun = usualChanges
  .filter(({ name }) => wanted(name, values.changes))
  .flatMap((change) => (['unsafe', 'safe'] as const).map((form) => ({ change, form })))
  .filter(({ form }) => wanted(form, values.forms))
  .flatMap((one) => waysOf(values.cli).map((way) => ({ ...one, way })))
  .filter(({ way }) => wanted(way.name, values.ways));
const lines: Line[] = [];

/** Side by side, each on servers of its own: what waits for a long report leaves the machine to the others. */
async function work(isFirst: boolean): Promise<void> {
  await using world = await openWorld(options);
  if (isFirst) {
    const calm = await underTraffic(world, async () => {
      await pause(5_000);
      return 'nothing was changed';
    });
    console.log(row(cells({ change: 'none', form: '', way: '', impact: calm, invalid: 0 })));
  }
  for (let cell = cellsToRun.shift(); cell !== undefined; cell = cellsToRun.shift()) {
    const { change, form, way } = cell;
    const impact = await underTraffic(world, () => way.run(change[form], world));
    const line = { change: change.name, form, way: way.name, impact, invalid: await invalidIndexes(world) };
    lines.push(line);
    console.log(row(cells(line)));
  }
}

await Promise.all(Array.from({ length: Number(values.parallel) }, (_, index) => work(index === 0)));
const wrong = lines.filter(isWrong);
console.log(`\n${lines.length} runs; ${wrong.length} by lockkeeper beyond its limit`);
for (const { change, form } of wrong) console.log(`WRONG ${change}, ${form}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
