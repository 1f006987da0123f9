import { readSessions } from '../../../../../foundation/activity/read-sessions.js';
import type { Session } from '../../../../../foundation/postgres/session.js';
import type { ActivitySession } from '../../../../../model/activity.js';
import { seesAllSql } from './managed-service.js';
import { readDatabaseOid } from './touched-tables.js';

/** Who else is on the server, and whether this role may know what they do. */
export interface Neighbours {
  readonly databaseOid: number;
  readonly seesAll: boolean;
  /** All but the session that looks. */
  readonly sessions: readonly ActivitySession[];
}

export async function readNeighbours(session: Session): Promise<Neighbours> {
  const [row] = (await session.query(`SELECT ${seesAllSql} AS sees_all`)).rows;
  const sessions = await readSessions(session, new Map());
  return {
    databaseOid: await readDatabaseOid(session),
    seesAll: row?.['sees_all'] === true,
    sessions: sessions.filter(({ pid }) => pid !== session.pid),
  };
}

/** What a report says of a session. Not its query: that may hold data. */
export type Neighbour = {
  readonly pid: number;
  readonly application: string;
  readonly user: string | null;
  readonly state: string | null;
  readonly transactionMs: number | null;
};

export function toNeighbour({ pid, application, user, state, transactionMs }: ActivitySession): Neighbour {
  return { pid, application, user, state, transactionMs: transactionMs === null ? null : Math.round(transactionMs) };
}

export function nameNeighbour({ pid, application, user }: Neighbour): string {
  return `${application === '' ? 'a session' : application}${user === null ? '' : ` of ${user}`} (pid ${pid})`;
}

export const grantMonitor = 'GRANT pg_monitor to the role that runs preflight, and ask again.';
