/**
 * Turns the migrations that npm packages ship into folders of plain SQL, one file for each migration in its order:
 *
 *   npm pack … && tar xf …            # each package unpacked as <packages>/<name>-<version>
 *   node bench/extract-migrations.mjs <packages> <chains>
 *   REAL_MIGRATIONS=<chains> npx vitest run test/foundation/effects/migration-chains.pg.test.ts
 *
 * Where a package can take its migrations back, the way back follows the way there.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [packages, chains] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(import.meta.url);

class Migration {
  statements = [];
  addSql(sql) {
    this.statements.push(String(sql));
  }
  execute() {
    return Promise.resolve([]);
  }
}

/** Packages that migrations require are answered with something that accepts everything. */
const anything = new Proxy(() => anything, {
  get: (_, key) =>
    key === 'Migration' ? Migration : key === Symbol.toPrimitive ? () => '' : key === 'then' ? undefined : anything,
  apply: () => anything,
  construct: () => anything,
});
/** The tasks of the package `async`, all of which finish at once here. */
function series(tasks, done) {
  for (const task of tasks) task(() => undefined);
  done?.(null);
}

// Node keeps its own door to every require under this name.
const door = '_load';
const Module = require('node:module');
const load = Module[door];
Module[door] = function loadOrPretend(request, ...rest) {
  try {
    return load.call(this, request, ...rest);
  } catch {
    return request === 'async' ? { series } : anything;
  }
};

function scriptsIn(folder) {
  return readdirSync(folder)
    .filter((name) => /^(?:InitialSetup|Migration)?\d.*\.js$/.test(name))
    .toSorted();
}

/** Callbacks are called at once and queries find nothing. */
async function thereAndBack(folder, run) {
  const steps = [];
  const names = scriptsIn(folder);
  for (const [direction, list] of [
    ['up', names],
    ['down', names.toReversed()],
  ]) {
    for (const name of list) {
      const sql = await run(require(join(folder, name)), direction).catch(() => []);
      if (sql.length > 0) steps.push({ name: `${direction}-${name.slice(0, -3)}`, sql });
    }
  }
  return steps;
}

/** A column as db-migrate describes it. */
function columnText([name, column]) {
  const given = typeof column === 'string' ? { type: column } : column;
  const type = { int: 'integer', string: 'varchar', datetime: 'timestamp' }[given.type] ?? given.type;
  const text = `"${name}" ${given.autoIncrement ? 'serial' : type}${given.length ? `(${given.length})` : ''}`;
  const isCall = String(given.defaultValue).endsWith('()');
  return [
    text,
    given.primaryKey ? 'PRIMARY KEY' : '',
    given.notNull ? 'NOT NULL' : '',
    given.unique ? 'UNIQUE' : '',
    given.defaultValue === undefined ? '' : `DEFAULT ${isCall ? given.defaultValue : `'${given.defaultValue}'`}`,
  ].join(' ');
}

const dbMigrate = (module, direction) =>
  new Promise((done) => {
    const sql = [];
    const finish = () => done(sql);
    const database = new Proxy(
      {
        runSql: (text, ...rest) => {
          sql.push(String(text));
          const callback = rest.findLast((one) => typeof one === 'function');
          callback?.(null, { rows: [] });
          return Promise.resolve({ rows: [] });
        },
        createTable: (name, columns, ...rest) => {
          const parts = Object.entries(columns.columns ?? columns).map(columnText);
          sql.push(`CREATE TABLE IF NOT EXISTS "${name}" (${parts.join(', ')})`);
          rest.findLast((one) => typeof one === 'function')?.(null);
        },
        dropTable: (name, ...rest) => {
          sql.push(`DROP TABLE "${name}"`);
          rest.findLast((one) => typeof one === 'function')?.(null);
        },
        addColumn: (table, ...rest) => {
          sql.push(`ALTER TABLE "${table}" ADD COLUMN ${columnText(rest)}`);
          rest.findLast((one) => typeof one === 'function')?.(null);
        },
        removeColumn: (table, name, ...rest) => {
          sql.push(`ALTER TABLE "${table}" DROP COLUMN "${name}"`);
          rest.findLast((one) => typeof one === 'function')?.(null);
        },
        all: (_text, ...rest) => rest.findLast((one) => typeof one === 'function')?.(null, []),
      },
      {
        get: (target, key) =>
          target[key] ?? ((...rest) => rest.findLast((one) => typeof one === 'function')?.(null, [])),
      },
    );
    const result = module[direction]?.(database, finish);
    if (result?.then !== undefined) result.then(finish, finish);
    setTimeout(finish, 20);
  });

const typeOrm = async (module, direction) => {
  const sql = [];
  const runner = new Proxy(
    { query: async (text, values) => (values === undefined ? sql.push(String(text)) : 0, []) },
    { get: (target, key) => target[key] ?? (key === 'then' ? undefined : async () => false) },
  );
  const [Class] = Object.values(module);
  await new Class()[direction](runner).catch(() => undefined);
  return sql;
};

const mikroOrm = async (module, direction) => {
  const Class = Object.values(module).find((one) => typeof one === 'function');
  const migration = new Class();
  await migration[direction]?.();
  return migration.statements;
};

/** Alterations are made on what the tables of today are, so they go back first. */
async function slonik(root) {
  const tables = join(root, 'tables');
  const order = (text) => Number(/init_order = ([\d.]+)/.exec(text)?.[1] ?? 99);
  const files = readdirSync(tables)
    .filter((name) => name.endsWith('.sql') && !name.startsWith('_'))
    .map((name) => ({ name, text: readFileSync(join(tables, name), 'utf8') }))
    .toSorted((a, b) => order(a.text) - order(b.text));
  const fixed = (name) => readFileSync(join(tables, name), 'utf8');
  const steps = [
    { name: 'before', sql: [fixed('_before_all.sql').replaceAll(/\$\{[^}]*\}/g, 'x'), fixed('_functions.sql')] },
    // This table is made by code.
    { name: 'tenants', sql: [tenants] },
    ...referencedFirst(files).map(({ name, text }) => ({ name: `table-${name}`, sql: [text] })),
  ];
  const folder = join(root, 'alterations-js');
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .toSorted(compareAlterations);
  for (const [direction, list] of [
    ['down', names.toReversed()],
    ['up', names],
  ]) {
    for (const name of list) {
      const source = readFileSync(join(folder, name), 'utf8')
        .replaceAll(/^import .*$/gm, '')
        .replace('export default alteration', 'return alteration');
      const sql = await runAlteration(source, direction).catch(() => []);
      if (sql.length > 0) steps.push({ name: `${direction}-${name.slice(0, -3)}`, sql });
    }
  }
  return steps;
}

const tenants = `CREATE TABLE tenants (id varchar(21) PRIMARY KEY, db_user varchar(128) UNIQUE, db_user_password varchar(128),
  name varchar(128) NOT NULL DEFAULT 'My Project', tag varchar(64) NOT NULL DEFAULT 'development',
  created_at timestamptz NOT NULL DEFAULT now(), is_suspended boolean NOT NULL DEFAULT false)`;

function referencedFirst(files) {
  const made = new Set(['tenants']);
  const sorted = [];
  for (let waiting = files; waiting.length > 0; ) {
    const ready = waiting.filter(({ name, text }) =>
      [...text.matchAll(/references (\w+)/g)].every(([, table]) => made.has(table) || `${table}.sql` === name),
    );
    if (ready.length === 0) return [...sorted, ...waiting];
    for (const { name } of ready) made.add(name.slice(0, -'.sql'.length));
    sorted.push(...ready);
    waiting = waiting.filter((one) => !ready.includes(one));
  }
  return sorted;
}

function compareAlterations(one, other) {
  const key = (name) => Number(/-(\d{10,})-/.exec(name)?.[1] ?? 0);
  return key(one) - key(other);
}

async function runAlteration(source, direction) {
  const tag = (strings, ...values) => ({
    text: strings.reduce((text, part, at) => `${text}${at === 0 ? '' : textOf(values[at - 1])}${part}`, ''),
  });
  const textOf = (value) =>
    typeof value === 'object' && value !== null && 'text' in value
      ? value.text
      : `'${String(value).replaceAll("'", "''")}'`;
  tag.fragment = tag;
  tag.identifier = (parts) => ({ text: parts.map((part) => `"${part}"`).join('.') });
  tag.join = (items, glue) => ({ text: items.map(textOf).join(glue.text) });
  tag.raw = (text) => ({ text });
  const sql = [];
  const query = async (one) => {
    sql.push(one.text);
    return { rows: [], rowCount: 0 };
  };
  const pool = {
    query,
    any: async () => [],
    many: async () => [],
    maybeOne: async () => null,
    one: async () => ({}),
    exists: async () => false,
  };
  pool.transaction = (work) => work(pool);
  const text = `export default (sql) => {\n${source}\n};`;
  const module = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
  const alteration = module.default(tag);
  await alteration[direction](pool).catch(() => undefined);
  return sql;
}

async function stepsOf(name) {
  const root = join(packages, name);
  if (name.startsWith('unleash-server')) return thereAndBack(join(root, 'dist/migrations'), dbMigrate);
  if (name.startsWith('flowise')) {
    const steps = await thereAndBack(join(root, 'dist/database/migrations/postgres'), typeOrm);
    return [{ name: 'extension', sql: ['CREATE EXTENSION "uuid-ossp"'] }, ...steps];
  }
  if (name.startsWith('medusajs-')) return thereAndBack(join(root, 'dist/migrations'), mikroOrm);
  if (name.startsWith('logto-schemas')) return slonik(root);
  if (name.startsWith('graphile-worker')) {
    const folder = join(root, 'sql');
    return readdirSync(folder)
      .toSorted()
      .map((file) => ({
        name: file,
        sql: [
          ...(file === '000001.sql' ? ['CREATE SCHEMA graphile_worker'] : []),
          readFileSync(join(folder, file), 'utf8').replaceAll(':GRAPHILE_WORKER_SCHEMA', 'graphile_worker'),
        ],
      }));
  }
  if (name.startsWith('pg-boss')) {
    const plans = require(join(root, 'src/plans.js'));
    const store = require(join(root, 'src/migrationStore.js'));
    const { schema } = JSON.parse(readFileSync(join(root, 'version.json'), 'utf8'));
    return [
      { name: 'create', sql: [plans.create('pgboss', schema)] },
      ...store
        .getAll('pgboss')
        .map((one) => ({ name: `migration-${one.version}`, sql: one.uninstall }))
        .toReversed(),
      ...store.getAll('pgboss').map((one) => ({ name: `again-${one.version}`, sql: one.install })),
    ];
  }
  if (name.startsWith('dbos-inc')) {
    const path = join(root, 'dist/src/sysdb_migrations/internal/migrations.js');
    const module = await import(pathToFileURL(path).href);
    const all = module.allMigrations ?? module.default.allMigrations;
    return all('dbos').map((one, at) => ({ name: one.name ?? `${at}`, sql: one.pg ?? [] }));
  }
  return [];
}

for (const name of readdirSync(packages)) {
  const steps = await stepsOf(name).catch((error) => (console.error(`${name}: ${error.message}`), []));
  if (steps.length === 0) continue;
  mkdirSync(join(chains, name), { recursive: true });
  for (const [at, step] of steps.entries()) {
    const file = `${String(at).padStart(4, '0')}-${step.name.replaceAll(/[^\w.-]/g, '_')}.sql`;
    writeFileSync(join(chains, name, file), `${step.sql.map((one) => one.trim().replace(/;?$/, '\n;')).join('\n')}\n`);
  }
  console.log(`${name}: ${steps.length} migrations`);
}
process.exit(0);
