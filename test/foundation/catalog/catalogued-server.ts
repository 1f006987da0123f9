import { readSchema } from '../../../src/foundation/catalog/read-schema.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import type {
  Schema,
  SchemaColumn,
  SchemaConstraint,
  SchemaFunction,
  SchemaRelation,
  SchemaType,
} from '../../../src/model/schema.js';
import { richSchema, temporaryTables } from '../effects/rich-schema.js';

export const majors = [15, 16, 17, 18] as const;

/** What the rich schema has no use for. */
const more = `
  CREATE ROLE catalog_owner;
  CREATE TABLE owned (id int, body text COLLATE "C" DEFAULT 'it''s');
  ALTER TABLE owned OWNER TO catalog_owner;
  CREATE INDEX owned_mixed ON owned (lower(body), id) INCLUDE (body) WHERE id > 3 AND body IS NOT NULL;
  CREATE INDEX owned_row ON owned ((owned IS NULL));
  CREATE EVENT TRIGGER watch_ddl ON ddl_command_end EXECUTE FUNCTION note_ddl();
  ALTER EVENT TRIGGER watch_ddl DISABLE`;

/** Finds things in a schema by their names. */
export interface CatalogFinder {
  /** Each of these throws where there is no such thing. */
  readonly relation: (name: string) => SchemaRelation;
  readonly type: (name: string) => SchemaType;
  /** `referenced` and `index` by name. */
  readonly constraint: (name: string, table: string) => SchemaConstraint;
  readonly column: (table: string, name: string) => SchemaColumn | undefined;
  readonly routine: (name: string) => SchemaFunction | undefined;
  readonly nameOf: (oid: string | null) => string | null;
  readonly typeName: (oid: string | null) => string | null;
}

function findIn(schema: Schema): CatalogFinder {
  const relation = (name: string): SchemaRelation => {
    const found = schema.relations.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no relation ${name}`);
    return found;
  };
  const nameOf = (oid: string | null): string | null => schema.relations.find((one) => one.oid === oid)?.name ?? null;
  const column = (table: string, name: string) => relation(table).columns.find((one) => one.name === name);
  const type = (name: string) => {
    const found = schema.types.find((one) => `${one.schema}.${one.name}` === name);
    if (found === undefined) throw new Error(`no type ${name}`);
    return found;
  };
  const typeName = (oid: string | null): string | null => schema.types.find((one) => one.oid === oid)?.name ?? null;
  const routine = (name: string) => schema.functions.find((one) => one.name === name);
  const constraint = (name: string, table: string) => {
    const found = schema.constraints.find((one) => one.name === name && one.relation === relation(table).oid);
    if (found === undefined) throw new Error(`no constraint ${name}`);
    return { ...found, referenced: nameOf(found.referenced), index: nameOf(found.index) };
  };
  return { relation, type, constraint, column, routine, nameOf, typeName };
}

/** A server with the rich schema and somewhat more, which a session has read. */
export interface CataloguedServer extends AsyncDisposable, CatalogFinder {
  readonly cluster: Cluster;
  readonly session: Session;
  readonly schema: Schema;
}

export async function startCataloguedServer(major: (typeof majors)[number]): Promise<CataloguedServer> {
  const cluster = await startCluster({ major, serverBin: null });
  const session = await connect(cluster.connection(), { applicationName: 'catalog test' });
  await session.query(richSchema(major));
  await session.query(temporaryTables);
  await session.query(`CREATE FUNCTION note_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$; ${more}`);
  const schema = await readSchema(session);
  const dispose = async (): Promise<void> => {
    await session[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  };
  return { cluster, session, schema, ...findIn(schema), [Symbol.asyncDispose]: dispose };
}
