import type { Format } from '../format.js';
import { atlas } from './atlas.js';
import { dbmate } from './dbmate.js';
import { diesel } from './diesel.js';
import { drizzle } from './drizzle.js';
import { flyway } from './flyway.js';
import { golangMigrate } from './golang-migrate.js';
import { goose } from './goose.js';
import { graphileMigrate } from './graphile-migrate.js';
import { liquibase } from './liquibase.js';
import { nodePgMigrate } from './node-pg-migrate.js';
import { plain } from './plain.js';
import { prisma } from './prisma.js';
import { sqlx } from './sqlx.js';

/** Every format, the most telling first: the first that matches a folder reads it. */
export const formats = [
  prisma,
  drizzle,
  atlas,
  liquibase,
  graphileMigrate,
  flyway,
  dbmate,
  goose,
  diesel,
  nodePgMigrate,
  sqlx,
  golangMigrate,
  plain,
] as const satisfies readonly Format[];
