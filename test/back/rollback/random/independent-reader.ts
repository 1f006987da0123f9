import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Session } from '../../../../src/foundation/postgres/session.js';

const run = promisify(execFile);

const user = `NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'lockkeeper_keep')`;
const acl = (column: string, letter: string, owner: string): string =>
  `(SELECT string_agg(format('%s=%s/%s%s', grantee::regrole, privilege_type, grantor::regrole, is_grantable), ' ' ORDER BY grantee::regrole::text, privilege_type, grantor::regrole::text)
    FROM aclexplode(coalesce(${column}, acldefault('${letter}', ${owner}))))`;
const sorted = (array: string): string => `(SELECT string_agg(x, ',' ORDER BY x) FROM unnest(${array}) x)`;

/** Each gives lines of text that must be the same before a change and after its rollback. */
const catalogQueries: readonly string[] = [
  `SELECT 'schema', nspname, nspowner::regrole, ${acl('nspacl', 'n', 'nspowner')}, obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname !~ '^(pg_|lockkeeper_)'`,
  `SELECT 'relation', c.oid::regclass, relkind, relpersistence, relowner::regrole, ${acl('relacl', 'r', 'relowner')}, ${sorted('reloptions')},
     (SELECT ${sorted('t.reloptions')} FROM pg_class t WHERE t.oid = c.reltoastrelid), relrowsecurity, relforcerowsecurity, relreplident, relispartition,
     (SELECT amname FROM pg_am WHERE pg_am.oid = relam), reltablespace, relispopulated, pg_get_expr(relpartbound, c.oid), pg_get_partkeydef(c.oid),
     CASE WHEN reloftype <> 0 THEN reloftype::regtype END, CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END
   FROM pg_class c WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND relnamespace::regnamespace::text ${user}`,
  `SELECT 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, atthasdef, attinhcount, attislocal,
     pg_get_expr(adbin, adrelid), CASE WHEN attcollation <> 0 THEN attcollation::regcollation END, CASE WHEN c.relkind IN ('r', 'p', 'm', 'f') THEN attstorage END, attcompression,
     nullif(attstattarget::int, -1), ${sorted('attoptions')}, ${sorted('attfdwoptions')}, (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(attacl) a), col_description(attrelid, attnum)
   FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
   WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND relnamespace::regnamespace::text ${user}`,
  `SELECT 'constraint', coalesce(conrelid::regclass::text, '') || CASE WHEN contypid <> 0 THEN contypid::regtype::text ELSE '' END, conname, contype, pg_get_constraintdef(oid), convalidated,
     condeferrable, condeferred, contype IN ('c', 'n') AND connoinherit, coninhcount, conislocal, conparentid <> 0, obj_description(oid, 'pg_constraint')
   FROM pg_constraint WHERE connamespace::regnamespace::text ${user} AND NOT (contype = 'f' AND conparentid <> 0)`,
  `SELECT 'index', indexrelid::regclass, pg_get_indexdef(indexrelid), indisclustered, indisvalid, indisreplident, indisprimary, (SELECT ${sorted('reloptions')} FROM pg_class WHERE oid = indexrelid),
     obj_description(indexrelid, 'pg_class'), (SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = indexrelid),
     (SELECT string_agg(attnum || ':' || attstattarget, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = indexrelid AND attstattarget >= 0)
   FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace::regnamespace::text ${user}`,
  `SELECT 'inherits', inhrelid::regclass, inhparent::regclass FROM pg_inherits WHERE inhrelid IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p', 'f'))`,
  `SELECT 'trigger', tgrelid::regclass, tgname, pg_get_triggerdef(oid), tgenabled, tgparentid <> 0, obj_description(oid, 'pg_trigger') FROM pg_trigger WHERE NOT tgisinternal`,
  `SELECT 'rule', ev_class::regclass, rulename, pg_get_ruledef(oid), ev_enabled, obj_description(oid, 'pg_rewrite') FROM pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'`,
  `SELECT 'policy', polrelid::regclass, polname, polcmd, polpermissive, polroles::regrole[], pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), obj_description(oid, 'pg_policy') FROM pg_policy`,
  `SELECT 'routine', p.oid::regprocedure, CASE WHEN prokind <> 'a' THEN pg_get_functiondef(p.oid) END, pg_get_function_result(p.oid), pg_get_function_arguments(p.oid), proowner::regrole, ${acl('proacl', 'f', 'proowner')},
     obj_description(p.oid, 'pg_proc'), g.aggkind, g.aggtransfn, g.aggfinalfn, g.agginitval, g.aggtranstype::regtype, g.aggcombinefn, proparallel
   FROM pg_proc p LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid WHERE pronamespace::regnamespace::text ${user}`,
  `SELECT 'type', t.oid::regtype, typtype, typowner::regrole, ${acl('typacl', 'T', 'typowner')}, obj_description(t.oid, 'pg_type'), (SELECT string_agg(enumlabel, '|' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
     typbasetype::regtype, typtypmod, typnotnull, typdefault, typcollation::regcollation,
     (SELECT format('%s %s %s', rngsubtype::regtype, rngmultitypid::regtype, rngcollation::regcollation) FROM pg_range WHERE rngtypid = t.oid)
   FROM pg_type t WHERE typnamespace::regnamespace::text ${user} AND typtype IN ('e', 'd', 'r', 'c') AND (typrelid = 0 OR (SELECT relkind = 'c' FROM pg_class WHERE oid = typrelid))`,
  `SELECT 'sequence', seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle, relowner::regrole, ${acl('relacl', 's', 'relowner')}, relpersistence,
     (SELECT format('%s.%s %s', refobjid::regclass, refobjsubid::text <> '0', deptype) FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = seqrelid AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass)
   FROM pg_sequence JOIN pg_class ON oid = seqrelid`,
  `SELECT 'publication', pubname, pubowner::regrole, puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot FROM pg_publication`,
  `SELECT 'published', (SELECT pubname FROM pg_publication p WHERE p.oid = prpubid), prrelid::regclass, pg_get_expr(prqual, prrelid),
     (SELECT string_agg(attname, ',' ORDER BY attname) FROM pg_attribute WHERE attrelid = prrelid AND attnum = ANY (prattrs)) FROM pg_publication_rel`,
  `SELECT 'published schema', (SELECT pubname FROM pg_publication p WHERE p.oid = pnpubid), pnnspid::regnamespace FROM pg_publication_namespace`,
  `SELECT 'statistics', stxnamespace::regnamespace, stxname, pg_get_statisticsobjdef(oid), stxowner::regrole, nullif(stxstattarget::int, -1) FROM pg_statistic_ext`,
  `SELECT 'event trigger', evtname, evtevent, evtowner::regrole, evtfoid::regprocedure, evtenabled, ${sorted('evttags')} FROM pg_event_trigger`,
  `SELECT 'wrapper', fdwname, fdwowner::regrole, ${acl('fdwacl', 'F', 'fdwowner')}, ${sorted('fdwoptions')} FROM pg_foreign_data_wrapper`,
  `SELECT 'server', srvname, srvowner::regrole, srvtype, srvversion, ${acl('srvacl', 'S', 'srvowner')}, ${sorted('srvoptions')} FROM pg_foreign_server`,
  `SELECT 'foreign table', ftrelid::regclass, (SELECT srvname FROM pg_foreign_server s WHERE s.oid = ftserver), ${sorted('ftoptions')} FROM pg_foreign_table`,
  `SELECT 'default privileges', defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(defaclacl) a) FROM pg_default_acl`,
  `SELECT 'operator', oid::regoperator, oprowner::regrole, oprcode, oprrest, oprjoin, oprcanhash, oprcanmerge, oprcom::regoperator, oprnegate::regoperator FROM pg_operator WHERE oid >= 16384`,
  `SELECT 'operator class', opcnamespace::regnamespace, opcname, opcintype::regtype, opcdefault, opcowner::regrole, (SELECT opfname FROM pg_opfamily f WHERE f.oid = opcfamily) FROM pg_opclass WHERE oid >= 16384`,
  `SELECT 'operator family', opfnamespace::regnamespace, opfname, opfowner::regrole, (SELECT string_agg(amopopr::regoperator::text || amopstrategy, ' ' ORDER BY amopstrategy, 1) FROM pg_amop WHERE amopfamily = f.oid) FROM pg_opfamily f WHERE f.oid >= 16384`,
  `SELECT 'cast', castsource::regtype, casttarget::regtype, castcontext, castmethod, castfunc::regprocedure FROM pg_cast WHERE oid >= 16384`,
  `SELECT 'collation', collnamespace::regnamespace, collname, collowner::regrole, collprovider, collisdeterministic, collcollate FROM pg_collation WHERE oid >= 16384`,
  `SELECT 'conversion', connamespace::regnamespace, conname, conowner::regrole, conproc, conforencoding, contoencoding FROM pg_conversion WHERE oid >= 16384`,
  `SELECT 'dictionary', dictnamespace::regnamespace, dictname, dictowner::regrole, dictinitoption FROM pg_ts_dict WHERE oid >= 16384`,
  `SELECT 'configuration', c.oid::regconfig, cfgowner::regrole, (SELECT string_agg(maptokentype || ':' || mapseqno || mapdict::regdictionary, ' ' ORDER BY maptokentype, mapseqno) FROM pg_ts_config_map WHERE mapcfg = c.oid) FROM pg_ts_config c WHERE c.oid >= 16384`,
  `SELECT 'extension', extname, extnamespace::regnamespace, extversion FROM pg_extension`,
  `SELECT 'comment', (pg_identify_object(classoid, objoid, objsubid)).identity, (pg_identify_object(classoid, objoid, objsubid)).type, description FROM pg_description WHERE objoid >= 16384 AND objsubid = 0 AND classoid <> 'pg_namespace'::regclass`,
];

const tablesSql = `SELECT c.oid::regclass::text AS name, CASE relkind WHEN 'm' THEN pg_get_viewdef(c.oid) END AS query FROM pg_class c WHERE relkind IN ('r', 'm') AND relispopulated AND relnamespace::regnamespace::text ${user} ORDER BY 1`;
const positionsSql = `SELECT format('%I.%I', schemaname, sequencename) AS name, last_value::text AS last, increment_by < 0 AS falls FROM pg_sequences WHERE schemaname ${user}`;

/** What is in a database, read by other queries than those under test. */
export interface IndependentView {
  readonly lines: readonly string[];
  readonly rows: ReadonlyMap<string, string>;
  /** What the queries of materialised views give now. */
  readonly computed: ReadonlyMap<string, string>;
  /** The last number that each sequence gave out, and whether it counts down. */
  readonly positions: ReadonlyMap<string, { readonly last: string | null; readonly falls: boolean }>;
}

export async function readIndependently(session: Session, client: DumpClient | null): Promise<IndependentView> {
  await session.query(
    `BEGIN; SET LOCAL search_path = pg_catalog; SET LOCAL row_security = off; SET LOCAL extra_float_digits = 3`,
  );
  const lines: string[] = [];
  for (const sql of catalogQueries) {
    const found = await session.query(`SELECT ROW(q.*)::text AS line FROM (${sql}) q`);
    lines.push(...found.rows.map(({ line }) => String(line)));
  }
  const rows = new Map<string, string>();
  const computed = new Map<string, string>();
  const read = async (from: string): Promise<string> => {
    const found = await session.query(
      `SELECT coalesce(string_agg(to_jsonb(t)::text, E'\\n' ORDER BY to_jsonb(t)::text COLLATE "C"), '') AS all FROM ${from} t`,
    );
    return String(found.rows[0]?.['all']);
  };
  for (const { name, query } of (await session.query(tablesSql)).rows) {
    rows.set(String(name), await read(`ONLY ${String(name)}`));
    if (typeof query === 'string') computed.set(String(name), await read(`(${query.replace(/;\s*$/, '')})`));
  }
  const positions = new Map(
    (await session.query(positionsSql)).rows.map(({ name, last, falls }) => [
      String(name),
      { last: typeof last === 'string' ? last : null, falls: falls === true },
    ]),
  );
  await session.query('COMMIT');
  return { lines: [...lines, ...(client === null ? [] : await dumpLines(client))], rows, computed, positions };
}

/** How pg_dump reaches the database; only where its major is the server's. */
export interface DumpClient {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/** The lines of a dump without what has no meaning: order of columns and statements, commas between columns. */
async function dumpLines({ host, port, user: name, database }: DumpClient): Promise<readonly string[]> {
  const { stdout } = await run(
    'pg_dump',
    ['--schema-only', '--exclude-schema=lockkeeper_keep', '-h', host, '-p', String(port), '-U', name, database],
    {
      maxBuffer: 2 ** 26,
    },
  );
  return stdout
    .split('\n')
    .map((line) => line.trim().replace(/,$/, ''))
    .filter((line) => line !== '' && !line.startsWith('--') && !line.startsWith('\\'))
    .map((line) => `dump: ${inOrder(line)}`);
}

function isUpToDate({ rows, computed }: IndependentView, name: string): boolean {
  return computed.has(name) && computed.get(name) === rows.get(name);
}

/** A list of storage options, sorted: their order says nothing. */
function inOrder(line: string): string {
  return line.replace(/\bWITH \((.*)\);$/, (_, list: string) => `WITH (${list.split(', ').toSorted().join(', ')});`);
}

/** One line for each thing that is not as it was. */
export function compareViews(before: IndependentView, after: IndependentView): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of before.lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of after.lines) counts.set(line, (counts.get(line) ?? 0) - 1);
  const lines = [...counts]
    .filter(([, count]) => count !== 0)
    .map(([line, count]) => `${count > 0 ? 'lost' : 'new'}: ${line}`);
  const rows = [...before.rows]
    // A materialised view that was not up to date cannot come back as it was.
    .filter(([name, all]) => after.rows.get(name) !== all && !isUpToDate(after, name))
    .map(([name, all]) => `rows of ${name}: ${all}\n became ${after.rows.get(name) ?? 'nothing'}`);
  const behind = [...before.positions].flatMap(([name, { last, falls }]) => {
    const now = after.positions.get(name);
    if (now === undefined || last === null) return [];
    const [then, since] = [BigInt(last), BigInt(now.last ?? last)];
    return now.last === null || (falls ? since > then : since < then)
      ? [`sequence ${name} went from ${last} back to ${now.last ?? 'its start'}`]
      : [];
  });
  return [...lines, ...rows, ...behind].toSorted();
}
