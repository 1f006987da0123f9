import { readSchema } from '../../../src/foundation/catalog/read-schema.js';
import type { Cluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import type { Schema } from '../../../src/model/schema.js';
import { look, type Relations } from './oracle.js';
import { temporaryTables } from './rich-schema.js';

/** A database where cases are tried that commit something. */
export interface Copy extends AsyncDisposable {
  readonly number: number;
  readonly name: string;
  readonly session: Session;
  /** A second session in the same database. */
  readonly watch: Session;
  /** What was committed in it beforehand. */
  setup: string | undefined;
  /** A statement that refuses a transaction block ran in it. */
  changed: boolean;
  /** What each transaction finds while nothing is committed in it besides its setup; null when that was not read yet. */
  met: Met | null;
  /** The schema and the rows written so far, as they were when it was new. */
  readonly untouched: State;
}

export interface Met {
  readonly schema: Schema;
  readonly known: Relations;
}

/** Reads what is there now; what an unchanged copy holds is read once for each setup. */
export async function meet(copy: Copy): Promise<Met> {
  const { session } = copy;
  const met = copy.met ?? { schema: await readSchema(session), known: await look(session) };
  copy.met = copy.changed ? null : met;
  return met;
}

interface State {
  readonly schema: string;
  readonly rowsWritten: string;
}

export function open(cluster: Cluster, database: string): Promise<Session> {
  return connect(cluster.connection(database), { applicationName: 'oracle' });
}

interface CopyPlan {
  readonly cluster: Cluster;
  readonly control: Session;
  readonly template: string;
  readonly number: number;
}

export async function makeCopy({ cluster, control, template, number }: CopyPlan): Promise<Copy> {
  const name = `copy_${number}`;
  await control.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  const session = await open(cluster, name);
  const watch = await open(cluster, name);
  await session.query(temporaryTables);
  await session.query(rememberOids);
  return {
    number,
    name,
    session,
    watch,
    setup: undefined,
    changed: false,
    met: null,
    untouched: await readState(session),
    [Symbol.asyncDispose]: async () => {
      await session[Symbol.asyncDispose]();
      await watch[Symbol.asyncDispose]();
    },
  };
}

/** Drops what a setup made. Whether that was all it did: if not, the copy can serve no more. */
export async function restoreCopy(copy: Copy): Promise<boolean> {
  const { session, untouched } = copy;
  const cleared = await session.query(dropWhatIsNew).then(
    () => true,
    () => false,
  );
  if (!cleared) return false;
  const state = await readState(session);
  copy.setup = undefined;
  copy.met = null;
  return state.schema === untouched.schema && state.rowsWritten === untouched.rowsWritten;
}

async function readState(session: Session): Promise<State> {
  const schema = JSON.stringify(await readSchema(session));
  await session.query('SELECT pg_catalog.pg_stat_force_next_flush()');
  const { rows } = await session.query(rowsWritten);
  return { schema, rowsWritten: String(rows[0]?.['written']) };
}

/** OIDs only grow: what is above the mark was made later. */
const rememberOids = `SELECT pg_catalog.set_config('oracle.mark', (SELECT max(c.oid)::text FROM pg_catalog.pg_class c), false)`;

/** Rows that a setup wrote into tables that were there before cannot be taken back. */
const rowsWritten = `SELECT sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del)::text AS written FROM pg_catalog.pg_stat_user_tables s
  WHERE s.relid <= pg_catalog.current_setting('oracle.mark')::bigint AND s.schemaname NOT LIKE 'pg\\_%'`;

const dropWhatIsNew = `DO $$
DECLARE
  mark bigint := pg_catalog.current_setting('oracle.mark')::bigint;
  command text;
BEGIN
  FOR command IN
    SELECT 'DROP EVENT TRIGGER ' || quote_ident(evtname) FROM pg_event_trigger WHERE oid > mark
    UNION ALL SELECT 'DROP PUBLICATION ' || quote_ident(pubname) FROM pg_publication WHERE oid > mark
    UNION ALL SELECT format('DROP TRIGGER IF EXISTS %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger
      WHERE oid > mark AND tgrelid <= mark AND NOT tgisinternal AND tgparentid = 0
    UNION ALL SELECT format('DROP POLICY %I ON %s', polname, polrelid::regclass) FROM pg_policy WHERE oid > mark AND polrelid <= mark
    UNION ALL SELECT format('DROP RULE %I ON %s', rulename, ev_class::regclass) FROM pg_rewrite WHERE oid > mark AND ev_class <= mark
    UNION ALL SELECT format('DROP %s IF EXISTS %s CASCADE', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
        WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' WHEN 'c' THEN 'TYPE' WHEN 'i' THEN 'INDEX' WHEN 'I' THEN 'INDEX' ELSE 'TABLE' END,
        oid::regclass)
      FROM pg_class c WHERE oid > mark AND relkind <> 't' AND NOT relispartition
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('i', 'a'))
        OR oid > mark AND relkind IN ('i', 'I') AND NOT relispartition
          AND (SELECT indrelid FROM pg_index WHERE indexrelid = c.oid) <= mark
          AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)
    UNION ALL SELECT format('DROP TYPE IF EXISTS %s CASCADE', oid::regtype) FROM pg_type
      WHERE oid > mark AND typtype IN ('e', 'd', 'r') AND typelem = 0
    UNION ALL SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure) FROM pg_proc p
      WHERE oid > mark AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
    UNION ALL SELECT format('DROP SCHEMA IF EXISTS %I CASCADE', nspname) FROM pg_namespace WHERE oid > mark AND nspname !~ '^pg_'
  LOOP
    EXECUTE command;
  END LOOP;
END $$`;
