import type { CommandResult, FetchResult, GateContext, GatePolicy } from '../../gate-context.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GateDecision } from '../../../../model/preflight.js';
import type { JsonValue } from '../../../../model/json.js';
import { type ByTier, isRecord, limitOf, textSetting } from '../../gate-settings.js';
import { numberOrNull } from '../../../../foundation/activity/row-values.js';
import { bytesInWords } from '../../in-words.js';
import { readRows } from './reading/read-shortly.js';
import { findTouchedTables } from './reading/touched-tables.js';

/* By the last statistics: the size functions would open the relation, and wait for whoever has locked it. */
const sizesSql = `SELECT pg_catalog.sum(c.relpages::pg_catalog.int8) * pg_catalog.current_setting('block_size')::pg_catalog.int8 AS bytes
  FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
  WHERE c.oid = ANY ($1::pg_catalog.oid[]) OR i.indrelid = ANY ($1::pg_catalog.oid[])`;

/** Setting `factor`: how many times what the change writes has to be free. */
const factors: ByTier = [2, 2, 2, 2];
const commandTimeoutMs = 15_000;

type Observation = {
  /** What the rehearsal wrote; null without one. */
  readonly rehearsed: { readonly walBytes: number; readonly growthBytes: number; readonly tempBytes: number } | null;
  /** Tables that are rewritten, with their indexes, by the target's statistics: what they will take once more, and as WAL. */
  readonly rewrittenBytes: number;
  readonly freeBytes: number | null;
  readonly problem: string | null;
};

const remedy =
  'Set policy.gates.disk-space.freeBytesCommand to a command that prints the free bytes of the data volume (df --output=avail -B1 /var/lib/postgresql | tail -1, or the metric of your provider), or freeBytesUrl to a URL that answers with the number or a Prometheus result.';

function decide(seen: Observation, policy: GatePolicy): GateDecision {
  const { rehearsed, rewrittenBytes, freeBytes } = seen;
  const measured = rehearsed === null ? 0 : rehearsed.walBytes + rehearsed.growthBytes + rehearsed.tempBytes;
  const writes = Math.max(measured, 2 * rewrittenBytes);
  const needed = limitOf(policy, 'factor', factors) * writes;
  const what = `The change writes about ${bytesInWords(writes)}`;
  if (freeBytes === null)
    return unknown(`${what}; how much is free is not known: ${seen.problem ?? 'no answer'}.`, remedy);
  const figures = `${what}, so ${bytesInWords(needed)} are to be free; ${bytesInWords(freeBytes)} are`;
  if (freeBytes < needed)
    return block(`${figures}.`, 'Make room on the data volume, or make the change in smaller parts.');
  if (rehearsed === null) {
    return unknown(
      `${figures}, but without a rehearsal only rewritten tables are counted.`,
      'Rehearse the change: lockkeeper rehearse.',
    );
  }
  // A rehearsal on a handful of rows writes next to nothing.
  return measured < rewrittenBytes
    ? warn(`${figures}; the rehearsal had less data than the target.`, "Rehearse with data of the target's size.")
    : pass(`${figures}.`);
}

function measureRehearsal({ change }: GateContext): Observation['rehearsed'] {
  if (change.rehearsal === null) return null;
  const statements = change.rehearsal.migrations.flatMap((migration) => migration.statements);
  const sum = (values: readonly (number | null | undefined)[]): number =>
    values.reduce<number>((total, value) => total + Math.max(0, value ?? 0), 0);
  return {
    walBytes: sum(statements.map(({ walBytes }) => walBytes)),
    growthBytes: sum(statements.map(({ sizeGrowthBytes }) => sizeGrowthBytes)),
    tempBytes: Math.max(0, ...statements.map(({ io }) => io?.tempBytes ?? 0)),
  };
}

async function readRewrittenBytes({ session, change }: GateContext): Promise<number> {
  const rewritten = change.touched.filter((one) => one.rewritten);
  if (rewritten.length === 0) return 0;
  const tables = await findTouchedTables(session, rewritten);
  const values = [tables.flatMap(({ oid, toastOid }) => (toastOid === null ? [oid] : [oid, toastOid]))];
  const [row] = await readRows(session, 'sizes of rewritten tables', { sql: sizesSql, values });
  return row === undefined ? 0 : (numberOrNull(row, 'bytes') ?? 0);
}

type FreeBytes = Pick<Observation, 'freeBytes' | 'problem'>;

async function readFreeBytes(context: GateContext, policy: GatePolicy): Promise<FreeBytes> {
  const command = textSetting(policy, 'freeBytesCommand');
  if (command !== null) return fromCommand(await context.runCommand(command, commandTimeoutMs));
  const url = textSetting(policy, 'freeBytesUrl');
  if (url !== null) return fromAnswer(await context.fetchText(url, commandTimeoutMs));
  return { freeBytes: null, problem: 'SQL does not show it, and no command or URL is configured' };
}

/** What the command writes may name hosts or secrets: only the number is kept. */
function fromCommand({ exitCode, stdout }: CommandResult): FreeBytes {
  if (exitCode !== 0)
    return { freeBytes: null, problem: `the command ended with ${exitCode ?? 'a signal or its time limit'}` };
  return numberIn(stdout.trim(), 'the command printed no number of bytes');
}

function fromAnswer({ status, body, problem }: FetchResult): FreeBytes {
  if (status !== 200) return { freeBytes: null, problem: problem ?? `the URL answered with status ${status}` };
  return numberIn(prometheusValue(body) ?? body.trim(), 'the URL answered with no number of bytes');
}

function numberIn(text: string, otherwise: string): FreeBytes {
  const bytes = Number(text);
  return text !== '' && Number.isFinite(bytes) && bytes >= 0
    ? { freeBytes: bytes, problem: null }
    : { freeBytes: null, problem: otherwise };
}

/** The value of the first series of an instant query; null for any other text. */
function prometheusValue(body: string): string | null {
  if (!body.trimStart().startsWith('{')) return null;
  try {
    const { data } = JSON.parse(body) as { data?: JsonValue };
    const result = isRecord(data) ? data['result'] : undefined;
    const [series] = Array.isArray(result) ? (result as readonly JsonValue[]) : [];
    const value = isRecord(series) ? series['value'] : undefined;
    return Array.isArray(value) ? String(value[1]) : null;
  } catch {
    return null;
  }
}

export default defineGate<Observation>({
  id: 'disk-space',
  title: 'The disk has room for what the change writes',
  why: 'A rewrite keeps the old file until it commits, and writes the new one to the WAL as well. A full disk stops the server.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/disk-full.html'],
  blindSpot:
    'Free space does not show in SQL: it is what the configured command or URL says. What the rehearsal wrote fits as far as its data was like that of the target; sizes of rewritten tables are those of the last statistics.',
  settings: [
    { name: 'factor', meaning: 'How many times what the change writes has to be free', byTier: factors },
    { name: 'freeBytesCommand', meaning: 'A command that prints the free bytes of the data directory', byTier: null },
    { name: 'freeBytesUrl', meaning: 'A URL that answers with them', byTier: null },
  ],
  inspect: async (context, policy) => ({
    rehearsed: measureRehearsal(context),
    rewrittenBytes: await readRewrittenBytes(context),
    ...(await readFreeBytes(context, policy)),
  }),
  decide,
});
