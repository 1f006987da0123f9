import { keepSchema } from '../../foundation/catalog/snapshot/scope.js';
import { ledgerScript } from '../../foundation/ledger/ledger-schema.js';
import { quoteIdentifier, quoteLiteral } from '../../foundation/sql/quote-identifier.js';
import type { Grant, GrantVerb } from '../../model/grants.js';
import { ledgerSchema } from '../../model/ledger.js';

export interface GrantOptions {
  readonly role: string;
  /** Role that owns what migrations change; null: it is not known. */
  readonly owner: string | null;
  /** `schema.name` of the team tool's table, quoted where it must be; null: it is not known, or there is none. */
  readonly stateTable: string | null;
}

type Right = (options: GrantOptions) => readonly Grant[];

const connect: Right = ({ role }) => [
  {
    why: 'to log in to this database',
    sql: inBlock(
      `EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO %I', pg_catalog.current_database(), ${quoteLiteral(role)})`,
    ),
    by: 'owner of the database',
  },
];

const monitor: Right = ({ role }) => [
  {
    why: 'to see who waits for whom, since when, and the settings of the server',
    sql: `GRANT pg_monitor TO ${quoteIdentifier(role)}`,
    by: 'superuser or CREATEROLE',
  },
];

const signal: Right = ({ role }) => [
  {
    why: 'to cancel queries and end sessions of others; those of superusers stay out of reach',
    sql: `GRANT pg_signal_backend TO ${quoteIdentifier(role)}`,
    by: 'superuser or CREATEROLE',
  },
];

const readState: Right = ({ role, stateTable }) => [
  stateTable === null
    ? {
        why: 'to read what the team’s own tool applied: GRANT SELECT on its table, where there is one',
        sql: null,
        by: 'owner of the objects',
      }
    : {
        why: 'to read what the team’s own tool applied',
        sql: `GRANT SELECT ON ${stateTable} TO ${quoteIdentifier(role)}`,
        by: 'owner of the objects',
      },
];

const ledger: Right = () =>
  ledgerScript().map((sql, at) => ({
    why: at === 0 ? 'the ledger, made once; nothing that is there is changed' : '',
    sql,
    by: 'owner of the database',
  }));

const useLedger: Right = ({ role }) => [
  {
    why: 'to read and write the ledger, whose rows are only added',
    sql: `GRANT USAGE ON SCHEMA ${ledgerSchema} TO ${quoteIdentifier(role)}`,
    by: 'owner of the database',
  },
  {
    why: '',
    sql: `GRANT SELECT, INSERT ON ${ledgerSchema}.entry TO ${quoteIdentifier(role)}`,
    by: 'owner of the database',
  },
  {
    why: 'to hold the right to change the database, and give it back',
    sql: `GRANT SELECT, INSERT, UPDATE, DELETE ON ${ledgerSchema}.lease TO ${quoteIdentifier(role)}`,
    by: 'owner of the database',
  },
];

/** The ledger need not be there yet. */
const readLedger: Right = ({ role }) => [
  readIfThere('to read the ledger, where there is one', ledgerSchema, role),
  readIfThere('to read what is kept for rollbacks, where there is such a schema', keepSchema, role),
];

const readKept: Right = ({ role }) => [readIfThere('to read the list of kept rows', keepSchema, role)];

const own: Right = ({ role, owner }) => [
  owner === null
    ? {
        why: 'to change tables, which only their owner may: GRANT the role that owns them, or say --owner',
        sql: null,
        by: 'superuser or CREATEROLE',
      }
    : {
        why: 'to change tables, which only their owner may; `role` of the target says as whom',
        sql: `GRANT ${quoteIdentifier(owner)} TO ${quoteIdentifier(role)}`,
        by: 'superuser or CREATEROLE',
      },
];

const ownLedger: Right = () => [
  {
    why: `to drop the schemas ${ledgerSchema} and ${keepSchema}, which only their owner may: run it as who made them`,
    sql: null,
    by: 'owner of the objects',
  },
];

const readAll: Right = ({ role }) => [
  {
    why: 'to read every row; under row security this needs BYPASSRLS too',
    sql: `GRANT pg_read_all_data TO ${quoteIdentifier(role)}`,
    by: 'superuser or CREATEROLE',
  },
];

/** The functions of amcheck are for superusers alone until they are granted; older versions have fewer of them. */
const readDeeply: Right = ({ role }) => [
  {
    why: 'to let amcheck read indexes and pages, where the extension is installed: CREATE EXTENSION amcheck',
    sql: inBlock(
      'DECLARE f pg_catalog.regprocedure; BEGIN FOR f IN SELECT d.objid FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_depend d ' +
        "ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid " +
        "AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass JOIN pg_catalog.pg_proc p ON p.oid = d.objid " +
        "WHERE e.extname = 'amcheck' AND p.proname IN ('bt_index_check', 'gin_index_check', 'verify_heapam') " +
        `LOOP EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION %s TO %I', f, ${quoteLiteral(role)}); END LOOP; END`,
    ),
    by: 'superuser or CREATEROLE',
  },
];

const observer: readonly Right[] = [connect, monitor];
const writer: readonly Right[] = [connect, monitor, own, ledger, useLedger];

/** What each verb needs, and nothing beside. */
const verbRights: Readonly<Record<GrantVerb, readonly Right[]>> = {
  check: [connect, readState],
  diff: [connect],
  status: [connect, monitor, readState, readLedger],
  history: [connect, readLedger],
  preflight: [connect, monitor, readState, readLedger],
  approve: [connect, monitor, readState, readLedger],
  locks: observer,
  'locks --cancel': [connect, monitor, signal],
  'keep list': [connect, readKept],
  apply: writer,
  resume: writer,
  abort: writer,
  'rollback run': writer,
  baseline: writer,
  repair: writer,
  uninstall: [connect, ownLedger],
  'backup create': [connect, readAll],
  verify: [connect, monitor, readAll, readDeeply],
  validate: [connect, monitor, readAll, useLedger],
  // An automatic rollback needs what `rollback run` needs.
  watch: [connect, monitor, readAll, useLedger],
  evidence: [connect, readLedger],
};

/** The least privileges of a verb. Pure. */
export function grantsOf(verb: GrantVerb, options: GrantOptions): readonly Grant[] {
  return verbRights[verb].flatMap((right) => right(options));
}

/** As a script for psql, run by whoever may grant these. */
export function grantsSql(verb: GrantVerb, grants: readonly Grant[], { role }: GrantOptions): string {
  const name = quoteLiteral(role);
  const make = inBlock(
    `IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${name}) THEN ` +
      `EXECUTE pg_catalog.format('CREATE ROLE %I LOGIN', ${name}); END IF`,
  );
  const lines = grants.flatMap(({ why, sql, by }) => [
    ...(why === '' ? [] : ['', `-- ${why} (by the ${by})`]),
    ...(sql === null ? [] : [`${sql};`]),
  ]);
  return [`-- The least that ${role} needs for: lockkeeper ${verb}`, `${make};`, ...lines, ''].join('\n');
}

function readIfThere(why: string, schema: string, role: string): Grant {
  const to = quoteIdentifier(role);
  const body =
    `IF pg_catalog.to_regnamespace(${quoteLiteral(schema)}) IS NOT NULL THEN ` +
    `GRANT USAGE ON SCHEMA ${schema} TO ${to}; GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${to}; END IF`;
  return { why, sql: inBlock(body), by: 'owner of the objects' };
}

function inBlock(body: string): string {
  return `DO ${quoteLiteral(`BEGIN ${body}; END`)}`;
}
