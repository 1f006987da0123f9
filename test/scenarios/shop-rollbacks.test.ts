import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { connect, type Session } from '../../src/foundation/postgres/session.js';
import { startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { readProject } from '../../src/foundation/project/read-project.js';
import { findClientTool } from '../../src/foundation/stage/find-client-tool.js';
import { readEnvironment } from '../../src/foundation/runtime/environment.js';
import { runScript } from '../../src/foundation/steps/run-script.js';
import type { Script } from '../../src/model/migration.js';

const shop = fileURLToPath(new URL('../../examples/shop/migrations', import.meta.url));
/** What DDL cannot undo: places of columns (a dropped one comes back at the end), so columns are compared by name. */
const fingerprints = {
  columns: `SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull, a.attidentity,
      a.attgenerated, pg_get_expr(d.adbin, d.adrelid) AS value, a.attstorage, a.attcollation::regcollation::text AS collation
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 2, 3`,
  constraints: `SELECT conrelid::regclass::text AS owner, conname, pg_get_constraintdef(oid) AS definition, convalidated
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`,
  indexes: `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition, indisvalid, indisprimary
    FROM pg_index WHERE indexrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace) ORDER BY 1`,
  triggers: `SELECT tgrelid::regclass::text AS owner, pg_get_triggerdef(oid) AS definition, tgenabled
    FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2`,
  functions: `SELECT oid::regprocedure::text AS name, pg_get_functiondef(oid) AS definition, proacl::text AS rights
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1`,
  types: `SELECT t.typname, t.typtype, (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum
      WHERE enumtypid = t.oid) AS labels FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace
    AND t.typtype IN ('e', 'd', 'r') ORDER BY 1`,
  sequences: `SELECT seqrelid::regclass::text AS name, seqtypid::regtype::text AS type, seqincrement, seqmax, seqcycle,
      (SELECT string_agg(refobjid::regclass::text || '.' || refobjsubid, ',') FROM pg_depend
        WHERE objid = seqrelid AND deptype IN ('a', 'i')) IS NOT NULL AS owned FROM pg_sequence ORDER BY 1`,
  rights: `SELECT relname, relacl::text AS rights, relowner::regrole::text AS owner, reloptions::text AS options,
      obj_description(oid, 'pg_class') AS comment FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`,
};

async function fingerprint(session: Session): Promise<string> {
  const facets: (readonly [string, readonly unknown[]])[] = [];
  for (const [facet, sql] of Object.entries(fingerprints)) facets.push([facet, (await session.query(sql)).rows]);
  return JSON.stringify(Object.fromEntries(facets), null, 1);
}

const pgDump = findClientTool('pg_dump', readEnvironment(process.env));

/** Null without a pg_dump as new as the server. Its lines are sorted, for columns may have changed places. */
async function dump({ target }: Session, major: number): Promise<readonly string[] | null> {
  const tool = await pgDump;
  if (tool === null || tool.major < major) return null;
  const args = ['--schema-only', '-h', target.host, '-p', String(target.port), '-U', target.user, target.database];
  const { stdout } = await promisify(execFile)(tool.path, args);
  return stdout
    .split('\n')
    .map((line) => line.replace(/,$/, ''))
    .filter((line) => line !== '' && !/^(?:--|\\)/.test(line))
    .toSorted();
}

test.each([15, 18] as const)(
  'each rollback of the shop restores what was there before, on PostgreSQL %i',
  async (major) => {
    await using cluster = await startCluster({ major, serverBin: null });
    await using session = await connect(cluster.connection(), { applicationName: 'test' });
    const { migrations } = await readProject(shop, { format: 'auto', placeholders: {} });
    const apply = async (script: Script) => {
      const signal = new AbortController().signal;
      const options = { observer: null, insideTransaction: false, signal, onProgress: () => undefined };
      const run = await runScript(session, script, options);
      expect(run.outcome, script.path).toMatchObject({ kind: 'applied' });
    };
    const states: string[] = [];
    const dumps: (readonly string[] | null)[] = [];
    for (const migration of migrations) {
      states.push(await fingerprint(session));
      dumps.push(await dump(session, major));
      await apply(migration);
    }
    const top = await fingerprint(session);
    expect(new Set([...states, top]).size).toBeGreaterThan(migrations.length - 1);
    for (const [index, { down, path }] of [...migrations.entries()].toReversed()) {
      expect(down, path).not.toBeNull();
      await apply(down as Script);
      expect(await fingerprint(session), path).toBe(states[index]);
      if (dumps[index] !== null) expect(await dump(session, major), path).toEqual(dumps[index]);
    }
    for (const migration of migrations) await apply(migration);
    expect(await fingerprint(session)).toBe(top);
  },
);
