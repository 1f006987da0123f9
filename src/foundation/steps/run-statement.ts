import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { from as copyFrom } from 'pg-copy-streams';
import type { Statement } from '../../model/sql-text.js';
import type { Session } from '../postgres/session.js';

/** Sends one statement as its tool would: as a simple query, or as a COPY with the rows that follow it in the file. */
export async function sendStatement(session: Session, statement: Statement): Promise<void> {
  if (statement.copyData === null) {
    await session.query(statement.sql);
    return;
  }
  await pipeline(Readable.from([statement.copyData]), session.client.query(copyFrom(statement.sql)));
}
