import {
  type DigestibleTable,
  type DigestPlan,
  digestRange,
  listDigestibleTables,
} from '../../../foundation/integrity/digest-table.js';
import type { GentleReader } from '../../../foundation/integrity/gentle-reader.js';
import type { DataSnapshot, RangeDigest, TableDigest } from '../../../model/verify-report.js';
import { explainUnseen, type Unseen } from '../look.js';
import type { VerifyProgress } from '../verify-progress.js';
import { digestTable } from './digest-data.js';

/** Rows as they are now, of one range, and whether they were written since a transaction number. */
export interface RangeNow {
  readonly digest: RangeDigest;
  readonly written: boolean;
}

/** One side of a comparison: a snapshot that was written down, or a database. */
export interface DataSide {
  /** Tables it has, by `schema.name`. */
  readonly tables: ReadonlyMap<string, Pick<DigestibleTable, 'relation' | 'columns'>>;
  /** System and database; null: it is not known. */
  readonly identity: string | null;
  /** The digest of a table; with a plan over its columns and ranges. */
  digest(relation: string, plan: DigestPlan | null): Promise<TableDigest | Unseen>;
  /** Null: it cannot be looked at again. */
  readonly again: ((table: TableDigest, range: RangeDigest, since: string | null) => Promise<RangeNow>) | null;
}

/** What was written down earlier, as far as it is asked for. */
export function snapshotSide({ tables, identity, unread }: DataSnapshot): DataSide {
  const byName = new Map(tables.map((table) => [table.relation, table]));
  return {
    tables: new Map(tables.map(({ relation, columns }) => [relation, { relation, columns }])),
    identity,
    digest: async (relation) =>
      byName.get(relation) ?? {
        sqlState: null,
        reason: unread.find((one) => one.relation === relation)?.reason ?? 'the snapshot does not have it',
        remedy: 'Take the snapshot again.',
      },
    again: null,
  };
}

const identitySql = (system: string) => `SELECT ${system} || '/' || d.oid || '/' || d.datname AS identity
  FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`;
const systemIdentifier = '(SELECT c.system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system() c)';

/** A database that is read now. */
export async function databaseSide(reader: GentleReader, progress: VerifyProgress): Promise<DataSide> {
  const { session } = reader;
  const listed = await reader.patient(() => listDigestibleTables(session));
  const tables = new Map(listed.map((table) => [table.relation, table]));
  return {
    tables,
    identity: await readIdentity(reader),
    digest: async (relation, plan) => {
      const table = tables.get(relation);
      if (table === undefined)
        return { sqlState: '42P01', reason: 'it is not there', remedy: 'Compare what is there.' };
      try {
        return await digestTable(reader, table, { progress, plan });
      } catch (error) {
        return explainUnseen(error);
      }
    },
    again: async (table, range, since) => {
      const now = await reader.patient(() => digestRange(session, table, { range, since }));
      const { rows, checksum, written } = now;
      return { digest: { ...range, rows, checksum }, written };
    },
  };
}

/** A role that may not ask for the cluster's number still knows the database. */
async function readIdentity(reader: GentleReader): Promise<string> {
  const read = async (system: string) => {
    const { rows } = await reader.session.query(identitySql(system));
    return String(rows[0]?.['identity']);
  };
  try {
    return await reader.patient(() => read(systemIdentifier));
  } catch (error) {
    explainUnseen(error);
    return await reader.patient(() => read(`'unknown'`));
  }
}
