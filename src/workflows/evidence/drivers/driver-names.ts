/** Packages of Node that speak PostgreSQL's protocol, or bring one that does. */
export const nodeDrivers: readonly string[] = [
  'pg',
  'pg-native',
  'pg-pool',
  'pg-promise',
  'postgres',
  'slonik',
  '@prisma/client',
  '@mikro-orm/postgresql',
  'drizzle-orm',
  'knex',
  'kysely',
  'objection',
  'sequelize',
  'typeorm',
  'node-pg-migrate',
];

/** By their normalised names (PEP 503). */
export const pythonDrivers: readonly string[] = [
  'psycopg',
  'psycopg-binary',
  'psycopg-c',
  'psycopg2',
  'psycopg2-binary',
  'asyncpg',
  'aiopg',
  'pg8000',
  'sqlalchemy',
  'django',
  'peewee',
  'tortoise-orm',
];

export const rubyDrivers: readonly string[] = ['pg', 'activerecord', 'sequel'];

export const rustDrivers: readonly string[] = [
  'postgres',
  'tokio-postgres',
  'deadpool-postgres',
  'sqlx',
  'diesel',
  'sea-orm',
];

export const phpDrivers: readonly string[] = [
  'ext-pgsql',
  'ext-pdo_pgsql',
  'doctrine/dbal',
  'illuminate/database',
  'laravel/framework',
];

/** `group:artifact`. */
export const javaDrivers: readonly string[] = [
  'org.postgresql:postgresql',
  'org.postgresql:r2dbc-postgresql',
  'io.r2dbc:r2dbc-postgresql',
  'io.vertx:vertx-pg-client',
  'com.impossibl.pgjdbc-ng:pgjdbc-ng',
];

/** Without the `/v5` that a later major has. */
export const goDrivers: readonly string[] = [
  'github.com/jackc/pgx',
  'github.com/lib/pq',
  'github.com/go-pg/pg',
  'github.com/uptrace/bun/driver/pgdriver',
  'gorm.io/driver/postgres',
];

export const dotnetDrivers: readonly string[] = [
  'Npgsql',
  'Npgsql.EntityFrameworkCore.PostgreSQL',
  'Npgsql.DependencyInjection',
];
